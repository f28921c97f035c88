import { eq, type SQLChunk, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { fewerMailsThan, mailInsert, type NewMail } from "../mail/store.ts";
import { suppressionLift } from "../mail/suppression-store.ts";
import { mailSuppressions, outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { isWaiting, type Waiting } from "./consent-store.ts";
import { subscriberImports } from "./list-import-tables.ts";
import { addressChanges, signups, subscribers } from "./tables.ts";

const p = sql.placeholder;

export type Signup = typeof signups.$inferSelect;

/** A signup as it is added, to the subscriber of an address. */
export type NewSignup = Omit<Signup, "subscriberId" | "confirmedAt" | "importId" | "flags"> & {
  email: string;
  most: number;
  since: number;
};

/** Condition: the address of the placeholder `hash` gets no mail at all any more, not even when it is asked for. */
const isStopped = sql`exists (select 1 from ${mailSuppressions} where hash = ${p("hash")} and reason in ('complained', 'staff'))`;

/** Makes sure that an address has a row, unless its mail was stopped; an address that has one keeps it as it is. */
export const ensureSubscriber = insertInto<typeof subscribers, { hash: string }>(
  subscribers,
  sql`not exists (select 1 from ${subscribers} where email = ${p("email")}) and not ${isStopped}`,
);

/**
 * Adds a signup to the subscriber of an address, unless that one is active, had `most` signups since `since`, or gets no
 * mail any more. All in SQL, so that a request takes the same statements whatever the address is (DESIGN.md 6, no. 4).
 */
export const insertSignup = compile<NewSignup & { hash: string }>(sql`insert into ${signups}
    (id, subscriber_id, method, lang, topics, wording, policy_date, surface, page_origin, mail_id, requested_at)
  select ${p("id")}, s.id, ${p("method")}, ${p("lang")}, ${sql.param(p("topics"), signups.topics)}, ${p("wording")}, ${p("policyDate")},
    ${p("surface")}, ${p("pageOrigin")}, ${p("mailId")}, ${p("requestedAt")}
  from ${subscribers} s
  where s.email = ${p("email")} and s.status not in ('active', 'complained') and not ${isStopped}
    and (select count(*) from ${signups} e where e.subscriber_id = s.id and e.requested_at > ${p("since")}) < ${p("most")}`);

const signupExists = sql`exists (select 1 from ${signups} where id = ${p("signup")})`;

/** Adds the token of a signup, if the signup was added. */
export const insertSignupToken = insertInto<typeof tokens, { signup: string }>(tokens, signupExists);

/**
 * Adds the mail that answers a signup: the confirmation if the signup was added; else, for an active subscriber, a note
 * (the template `note`) unless they had `most` of those since `since`, or get no mail any more.
 */
export const insertAnswer = compile<
  NewMail & { signup: string; hash: string; note: string; since: number; most: number }
>(
  sql`insert into ${outbox} (id, template, recipient, lang, params, state, attempts, due_at, created_at)
  select ${p("id")}, answer.template, ${p("recipient")}, ${p("lang")}, ${sql.param(p("params"), outbox.params)},
    ${p("state")}, ${p("attempts")}, ${p("dueAt")}, ${p("createdAt")}
  from (
    select ${p("template")} as template where ${signupExists}
    union all
    select ${p("note")} where ${fewerMailsThan(p("most"), p("note"))}
      and exists (select 1 from ${subscribers} where email = ${p("recipient")} and status = 'active') and not ${isStopped}
  ) answer`,
);

/** The id of an address's subscriber, whatever their status. */
export async function findSubscriberId(db: Database, email: string): Promise<string | undefined> {
  const found = await db.select({ id: subscribers.id }).from(subscribers).where(eq(subscribers.email, email)).get();
  return found?.id;
}

/** Where the mail domain of an address begins. */
const domainOf = (email: SQLChunk) => sql`substr(${email}, instr(${email}, '@'))`;

/**
 * A confirmation token with its signup and subscriber, null when they are gone; the mail
 * that asked, and how many others confirmed by mail since `since`, counted up to `most`, and how many of those of this domain.
 */
export async function findConfirmation(db: Database, tokenId: string, since: number, most: number) {
  const lately = sql`(select ${domainOf(sql`s.email`)} as domain from ${signups} g join ${subscribers} s on s.id = g.subscriber_id
    where g.confirmed_at > ${since} and g.mail_id is not null limit ${most})`;
  return db
    .select({
      token: tokens,
      signup: signups,
      subscriber: subscribers,
      mail: { state: outbox.state, sentAt: outbox.sentAt, leaseUntil: outbox.leaseUntil },
      others: sql<number>`(select count(*) from ${lately})`,
      sameDomain: sql<number>`(select count(*) from ${lately} where domain = ${domainOf(subscribers.email)})`,
    })
    .from(tokens)
    .leftJoin(signups, eq(signups.id, tokens.subject))
    .leftJoin(subscribers, eq(subscribers.id, signups.subscriberId))
    .leftJoin(outbox, eq(outbox.id, signups.mailId))
    .where(eq(tokens.id, tokenId))
    .get();
}

export const appendConsent = insertInto<typeof ledgerEntries, Waiting>(ledgerEntries, isWaiting);
export const insertWelcome = mailInsert<Waiting>(isWaiting);
/** Ends that an address had left or bounced. */
export const liftStop = suppressionLift<Waiting>(isWaiting);

const activateSubscriber = compile<Waiting & { subscriber: string; lang: string; topics: string[]; at: number }>(
  sql`update ${subscribers} set status = 'active', lang = ${p("lang")}, topics = ${sql.param(p("topics"), subscribers.topics)},
    confirmed_at = ${p("at")}, left_at = null
  where id = ${p("subscriber")} and ${isWaiting}`,
);

const confirmSignup = compile<
  Waiting & { at: number; flags: NonNullable<Signup["flags"]>; wording: string | null; policyDate: string | null }
>(
  sql`update ${signups} set confirmed_at = ${p("at")}, flags = ${sql.param(p("flags"), signups.flags)},
    wording = ${p("wording")}, policy_date = ${p("policyDate")}
  where id = ${p("signup")} and ${isWaiting}`,
);

const dropWaiting = compile<{ signup: string; subscriber: string }>(sql`delete from ${signups}
  where subscriber_id = ${p("subscriber")} and confirmed_at is null
    and exists (select 1 from ${signups} where id = ${p("signup")} and confirmed_at is not null)`);

/**
 * Makes a subscriber active by a signup, if that one still waits, and drops the others that wait. Goes last in its batch:
 * after it the signup no longer waits, and says under which words and policy it was confirmed. `hash` is that of the address.
 */
export function activate(
  { id, subscriberId, lang, topics, wording, policyDate }: Signup,
  hash: string,
  at: number,
  flags: NonNullable<Signup["flags"]>,
): Statement[] {
  const condition = { signup: id, hash };
  return [
    activateSubscriber({ ...condition, subscriber: subscriberId, lang, topics, at }),
    confirmSignup({ ...condition, at, flags, wording, policyDate }),
    dropWaiting({ signup: id, subscriber: subscriberId }),
  ];
}

interface Lapsed extends Record<string, unknown> {
  requestedBefore: number;
  limit: number;
}

// By the cohorts, which SQLite would choose, all who wait are read: those whom an import is yet to ask may be a million.
const dropLapsed = compile<Lapsed>(sql`delete from ${subscribers} where seq in
  (select seq from ${subscribers} indexed by subscribers_pending
    where status = 'pending' and requested_at < ${p("requestedBefore")}
      and not exists (select 1 from ${signups} where subscriber_id = ${subscribers.id}) limit ${p("limit")})`);

/** Condition: a signup came by an import that has not asked them to confirm yet. Their days begin when it does. */
const isToBeAsked = sql`(import_id is not null and mail_id is null
  and exists (select 1 from ${subscriberImports} i where i.id = import_id and i.next_ask_at is not null))`;

/** Condition: a signup was asked about by a mail since a moment, later than it was asked for; the link in that still works. */
const isAskedSince = (since: SQLChunk) =>
  sql`exists (select 1 from ${outbox} where id = ${signups.mailId} and due_at >= ${since})`;

const dropSignups = compile<Lapsed>(sql`delete from ${signups} where id in
  (select id from ${signups} where confirmed_at is null and requested_at < ${p("requestedBefore")}
    and not ${isToBeAsked} and not ${isAskedSince(p("requestedBefore"))} limit ${p("limit")})`);

const dropChanges = compile<Lapsed>(sql`delete from ${addressChanges} where id in
  (select id from ${addressChanges} where requested_at < ${p("requestedBefore")} limit ${p("limit")})`);

/**
 * Drops signups and changes of address that were never confirmed and lapsed, then addresses that have nothing left but that: of
 * each at most `limit`.
 */
export const sweepNewsletter = (lapsed: Lapsed): Statement[] => [
  dropSignups(lapsed),
  dropLapsed(lapsed),
  dropChanges(lapsed),
];
