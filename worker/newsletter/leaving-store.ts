import { and, asc, eq, lt, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { dropReturns } from "../mail/returns-store.ts";
import { fewerMailsThan, mailInsert } from "../mail/store.ts";
import { AGAIN, suppressionInsert } from "../mail/suppression-store.ts";
import { mailSuppressions, outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import type { TokenRow } from "../platform/store.ts";
import { tokens } from "../platform/tables.ts";
import { subscriberImportFaults } from "./list-import-tables.ts";
import { addressChanges, campaignRecipients, consents, signups, subscribers } from "./tables.ts";

const p = sql.placeholder;

// Asking for a link.

/** The id of an address's subscriber, pending or active; null when there is none. */
const presentId = sql`(select id from ${subscribers} where email = ${p("recipient")} and status in ('pending', 'active'))`;

interface LeaveToken extends Omit<TokenRow, "subject">, Record<string, unknown> {
  recipient: string;
  template: string;
  most: number;
  since: number;
}

/** Adds an unsubscribe token for a recipient's subscriber, unless there is none or `most` such mails went since `since`. */
export const insertLeaveToken = compile<LeaveToken>(
  sql`insert into ${tokens} (id, purpose, hash, subject, expires_at)
  select ${p("id")}, ${p("purpose")}, ${p("hash")}, ${presentId}, ${p("expiresAt")}
  where ${presentId} is not null and ${fewerMailsThan(p("most"), p("template"))}`,
);

/** Adds the mail that carries a token, if the token was added. */
export const insertTokenMail = mailInsert<{ token: string }>(
  sql`exists (select 1 from ${tokens} where id = ${p("token")})`,
);

/** An unsubscribe token with its subscriber, null when that one is gone. */
export async function findLeaver(db: Database, tokenId: string) {
  return db
    .select({ token: tokens, subscriber: subscribers })
    .from(tokens)
    .leftJoin(subscribers, eq(subscribers.id, tokens.subject))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** The id and address of a subscriber. */
export async function findAddress(db: Database, id: string) {
  return db
    .select({ id: subscribers.id, email: subscribers.email })
    .from(subscribers)
    .where(eq(subscribers.id, id))
    .get();
}

/**
 * The addresses of a subscriber: their own, those they had before, and one that they ask to move to; but none that somebody
 * else has by now.
 */
export async function findAddresses(db: Database, id: string): Promise<string[]> {
  const moved = sql`select value as email from ${ledgerEntries}, json_each(json_array(body ->> 'from', body ->> 'to'))
    where subject = ${`subscriber:${id}`} and +kind = 'subscriber.moved'`;
  const rows = await db.all<{ email: string }>(sql`select email from (
      select email from ${subscribers} where id = ${id}
      union select email from ${addressChanges} where subscriber_id = ${id}
      union ${moved}
    ) theirs where not exists (select 1 from ${subscribers} s where s.email = theirs.email and s.id <> ${id})`);
  return rows.map(({ email }) => email);
}

/** Ids of those who left, bounced or complained before a moment, and did not come back, the first first. */
export async function goneBefore(db: Database, before: number, limit: number): Promise<string[]> {
  const { id, leftAt, status } = subscribers;
  const rows = await db
    .select({ id })
    .from(subscribers)
    .where(and(lt(leftAt, before), sql`+${status} in ('left', 'bounced', 'complained')`))
    .orderBy(asc(leftAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Condition: a subscriber still has the address that was read, by which mail to them is stopped. */
const hasAddress = sql`exists (select 1 from ${subscribers} where id = ${p("subscriber")} and email = ${p("email")})`;

// Leaving. Who complained stays so, which is stronger.

/** Condition: the placeholder `subscriber` is one who can still leave. */
const canLeave = sql`exists (select 1 from ${subscribers}
  where id = ${p("subscriber")} and status in ('pending', 'active', 'bounced'))`;

interface Leaving extends Record<string, unknown> {
  subscriber: string;
  email: string;
  /** Of the address. */
  hash: string;
  at: number;
  by: string;
  /** The newsletter by whose link they left. */
  campaign: string | undefined;
}

/**
 * Compiles what makes a subscriber left, if `when` holds at the commit: the entry, which goes first, and the change. Their
 * address is suppressed, also of those who left before, so that a second press mends what the first could not. Consents
 * end. Signups and changes of address that were still waiting go, so that no old link brings the address back. Of a
 * newsletter only this recipient is marked.
 */
function leaveWhen<More extends Record<string, unknown> = Record<never, never>>(when: SQL) {
  const suppress = suppressionInsert<Leaving & More>(when);
  const mark = compile<Leaving & More>(sql`update ${campaignRecipients} set left_at = ${p("at")}
    where campaign_id = ${p("campaign")} and seq = (select seq from ${subscribers} where id = ${p("subscriber")})
      and left_at is null and ${canLeave} and ${when}`);
  const changes = [
    sql`update ${consents} set withdrawn_at = ${p("at")}, withdrawn_by = ${p("by")}
      where subscriber_id = ${p("subscriber")} and withdrawn_at is null and ${when}`,
    sql`update ${subscribers} set status = 'left', left_at = ${p("at")} where id = ${p("subscriber")} and ${canLeave} and ${when}`,
    sql`delete from ${signups} where subscriber_id = ${p("subscriber")} and confirmed_at is null and ${when}`,
    sql`delete from ${addressChanges} where subscriber_id = ${p("subscriber")} and ${when}`,
  ].map((change) => compile<Leaving & More>(change));
  return {
    append: insertInto<typeof ledgerEntries, Pick<Leaving, "subscriber" | "email"> & More>(
      ledgerEntries,
      sql`${canLeave} and ${when}`,
    ),
    change: (leaving: Leaving & More): Statement[] => [
      suppress({ ...leaving, reason: "left" }),
      ...(leaving.campaign === undefined ? [] : [mark(leaving)]),
      ...changes.map((change) => change(leaving)),
    ],
  };
}

/** Makes a subscriber left who still has the address; the entry is appended only if they can still leave. */
export const leaving = leaveWhen(hasAddress);

/** Condition: a subscriber has neither moved nor confirmed anew since they were read. */
const isAsRead = sql`exists (select 1 from ${subscribers}
  where id = ${p("subscriber")} and email = ${p("email")} and confirmed_at is ${p("confirmedAt")})`;

interface AsRead extends Record<string, unknown> {
  email: string;
  confirmedAt: number | null;
}

/** Makes a subscriber left as `leaving` does, unless they confirmed anew since they were read. */
export const leaveAsRead = leaveWhen<AsRead>(isAsRead);

// Who left before there was a list of suppressions: migration 0007 put them there by their ids.

const EARLIER = sql`hash >= 'subscriber:' and hash < 'subscriber;'`;

/** Those who left so long ago that their hash is still to be made; without an address who is gone, or came back. */
export async function findEarlier(db: Database, limit: number): Promise<{ id: string; email: string | null }[]> {
  return db.all(sql`select substr(hash, 12) as id, s.email from ${mailSuppressions}
    left join ${subscribers} s on s.id = substr(hash, 12) and s.status = 'left' where ${EARLIER} limit ${limit}`);
}

const suppressListed = compile<{ rows: string }>(sql`insert into ${mailSuppressions} (hash, reason, at)
  select value ->> 'hash', 'left', coalesce(s.left_at, 0) from json_each(${p("rows")})
    cross join ${subscribers} s on s.id = value ->> 'id' and +s.status = 'left'
  where true on conflict do nothing`);

const dropListed = compile<{ rows: string }>(sql`delete from ${mailSuppressions}
  where hash in (select 'subscriber:' || (value ->> 'id') from json_each(${p("rows")}))`);

/** Suppresses addresses of who left by their hash, where their id stood; of who is gone, or came back, only that goes. */
export function suppressByHash(rows: readonly { id: string; hash: string | null }[]): Statement[] {
  const listed = JSON.stringify(rows);
  return [suppressListed({ rows: listed }), dropListed({ rows: listed })];
}

// Being stopped: mail came back, or was called unwanted. Who complained stays so; to who left, bouncing makes no difference.

export type StopReason = "bounced" | "complained";

/** Condition: the placeholder `subscriber` can still be stopped for the placeholder `reason`. */
const canStop = sql`exists (select 1 from ${subscribers}
  where id = ${p("subscriber")} and status <> 'complained' and (${p("reason")} = 'complained' or status in ('pending', 'active')))`;

interface Stopped extends Record<string, unknown> {
  subscriber: string;
  reason: StopReason;
}

interface Stopping extends Stopped {
  /** Of the address. */
  hash: string;
  at: number;
}

/**
 * Compiles what stops a subscriber, if they were not stopped for that before and `when` holds at the commit: the entry, which
 * goes first, and the change. A complaint ends the consents; that mail bounced ends none. What still waited to be confirmed
 * goes, so that no old link brings the address back.
 */
export function stopWhen<More extends Record<string, unknown> = Record<never, never>>(when = sql`true`) {
  const stops = sql`${canStop} and ${when}`;
  const changes = [
    sql`update ${consents} set withdrawn_at = ${p("at")}, withdrawn_by = ${p("reason")}
      where subscriber_id = ${p("subscriber")} and withdrawn_at is null and ${p("reason")} = 'complained' and ${stops}`,
    sql`delete from ${signups} where subscriber_id = ${p("subscriber")} and confirmed_at is null and ${stops}`,
    sql`delete from ${addressChanges} where subscriber_id = ${p("subscriber")} and ${stops}`,
    sql`update ${subscribers} set status = ${p("reason")}, left_at = ${p("at")} where id = ${p("subscriber")} and ${stops}`,
  ].map((change) => compile<Stopping & More>(change));
  return {
    append: insertInto<typeof ledgerEntries, Stopped & More>(ledgerEntries, stops),
    change: (stopping: Stopping & More): Statement[] => changes.map((change) => change(stopping)),
  };
}

/** Stops a subscriber, unless they confirmed anew since they were read; with `suppressAsRead`. */
export const stopAsRead = stopWhen<AsRead>(isAsRead);

/** Stops mail to a subscriber's address, unless they confirmed anew since they were read. */
export const suppressAsRead = suppressionInsert<AsRead & { subscriber: string }>(isAsRead);

// Erasing.

/** Appends the ledger entry of an erasure, if there is somebody of that address to erase. */
export const appendErased = insertInto<typeof ledgerEntries, { subscriber: string; email: string }>(
  ledgerEntries,
  hasAddress,
);

/** Of all their addresses but those that others may have: the one they have, and those that they left. */
const suppressErased = compile<{ subscriber: string; email: string; hash: string; hashes: string; at: number }>(
  sql`insert into ${mailSuppressions} (hash, reason, at) select theirs.value, 'erased', ${p("at")} from json_each(${p("hashes")}) theirs
  where ${hasAddress} and (theirs.value = ${p("hash")}
    or exists (select 1 from ${mailSuppressions} s where s.hash = theirs.value and s.reason = 'left')) ${AGAIN}`,
);

const OURS = sql`template like 'newsletter.%'`;

const LISTED = sql`(select value from json_each(${p("emails")}))`;

const dropTokens = compile<{ emails: string; ways: string }>(sql`delete from ${tokens}
  where purpose like 'newsletter.%' and id in (
    select params ->> 'token' from ${outbox} where recipient in ${LISTED} and ${OURS}
    union all select value from json_each(${p("ways")})
  )`);

/** Entries that were made when these kinds still named the address: their commitments stay. */
const emptyEntries = compile<{ hash: string }>(sql`update ${ledgerEntries}
  set subject = null, actor = null, body = null, salt = null
  where subject = 'address:' || ${p("hash")} and kind in ('mail.suppressed', 'mail.allowed') and instr(body, '"email"') > 0`);

const dropMails = compile<{ emails: string }>(sql`delete from ${outbox} where recipient in ${LISTED} and ${OURS}`);

/** The quotes make a whole address of it; to take every row of every file apart would take long. */
const dropFaults = compile<{ emails: string }>(sql`delete from ${subscriberImportFaults}
  where exists (select 1 from json_each(${p("emails")}) one where instr(emails, json_quote(one.value)) > 0)`);

interface Erasure {
  subscriber: string;
  /** Their address, and its hash. */
  email: string;
  hash: string;
  /** All addresses of theirs, and the hashes of those. */
  emails: readonly string[];
  hashes: readonly string[];
  at: number;
  /** Ids of the tokens by which they could change what they get. */
  ways: readonly string[];
}

/**
 * Erases a subscriber, whose address stays suppressed. Triggers take what hangs on the row; the newsletter's mails to them go
 * with their tokens, be they sent or not, and rows that an import refused. The suppression goes first: there is no moment without it.
 */
export function erase(db: Database, { subscriber, email, hash, emails, hashes, at, ways }: Erasure): Statement[] {
  const listed = JSON.stringify(emails);
  return [
    suppressErased({ subscriber, email, hash, hashes: JSON.stringify(hashes), at }),
    dropTokens({ emails: listed, ways: JSON.stringify(ways) }),
    dropMails({ emails: listed }),
    dropFaults({ emails: listed }),
    ...hashes.flatMap((one) => [dropReturns({ hash: one }), emptyEntries({ hash: one })]),
    db.delete(subscribers).where(and(eq(subscribers.id, subscriber), eq(subscribers.email, email))),
  ];
}
