import { type SQL, type SQLChunk, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { mailsInsert } from "../mail/store.ts";
import { outbox } from "../mail/tables.ts";
import { type Bound, compile, type Database, insertInto, rowsOf, type Statement } from "../platform/db.ts";
import type { Campaign } from "./campaign-store.ts";
import { campaignRecipients, campaigns, campaignTallies, subscribers } from "./tables.ts";

const p = sql.placeholder;

/** What a subscriber is when a mail is to go to them: null when they are gone. */
export interface Reading {
  email: string | null;
  lang: string | null;
  status: string | null;
  /** JSON. */
  topics: string | null;
}

/** A newsletter and a reader of it, as they are at this moment. */
export interface Checked extends Reading {
  state: Campaign["state"];
  version: number;
  slug: string | null;
  isPublic: 0 | 1;
  /** JSON. */
  audience: string;
  name: string | null;
}

/** Of whom is asked whether a newsletter is still to go to them: both by their ids. */
export interface Asked {
  campaign: string;
  subscriber: string;
}

const recheck = compile<{ asked: string }>(sql`select asked.key as place, c.state, c.version, c.slug,
    c.is_public as isPublic, c.audience, s.email, s.name, s.lang, s.status, s.topics
  from json_each(${p("asked")}) asked join ${campaigns} c on c.id = asked.value ->> 'campaign'
    left join ${subscribers} s on s.id = asked.value ->> 'subscriber'`);

/** Newsletters and readers of them, each in the place in which it was asked about; none where the newsletter is gone. One statement, asked as the mails go. */
export async function findChecked(bound: Bound, asked: readonly Asked[]): Promise<(Checked | undefined)[]> {
  const rows = await rowsOf<Checked & { place: number }>(bound, recheck({ asked: JSON.stringify(asked) }));
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return asked.map((_, place) => byPlace.get(place));
}

// A page is one batch. Each statement carries the condition that the newsletter is still where the page was read, and the one
// that moves it comes last: of two workers one does the page, and a worker that dies has done it or not.

interface AtCursor extends Record<string, unknown> {
  campaign: string;
  cursor: number;
}

const isAtCursor = (state: "freezing" | "sending"): SQL =>
  sql`id = ${p("campaign")} and state = ${sql.raw(`'${state}'`)} and cursor = ${p("cursor")}`;
const atCursor = (state: "freezing" | "sending"): SQL =>
  sql`exists (select 1 from ${campaigns} where ${isAtCursor(state)})`;

// Freezing: who is to get it is written down.

/**
 * Writes down who of the subscribers after the cursor, up to place `last`, is to get a newsletter: for whom `who` holds, a
 * condition on the columns of `subscribers`. They are walked by their places, whatever the condition.
 */
export const insertRecipients = (who: SQL, page: AtCursor & { last: number }): Statement =>
  compile<AtCursor & { last: number }>(sql`insert into ${campaignRecipients} (campaign_id, seq, state)
    select ${p("campaign")}, ${subscribers.seq}, 'waiting' from ${subscribers} not indexed
    where ${subscribers.seq} > ${p("cursor")} and ${subscribers.seq} <= ${p("last")} and ${who} and ${atCursor("freezing")}`)(
    page,
  );

/** Moves a newsletter past those who are written down. */
export const moveFreezing = compile<AtCursor & { last: number }>(
  sql`update ${campaigns} set cursor = ${p("last")} where ${isAtCursor("freezing")}`,
);

/** Everyone is written down: from now on it is sent, from the first on. */
export const beginSending = compile<AtCursor & { nextAt: number }>(sql`update ${campaigns}
  set state = 'sending', cursor = 0, next_at = ${p("nextAt")},
    recipients = (select count(*) from ${campaignRecipients} where campaign_id = ${p("campaign")})
  where ${isAtCursor("freezing")}`);

// Sending: mails are made for those who are written down.

/** A recipient whose mail is to be made, with what they are now: null when they are gone. */
export interface Waiting extends Reading {
  seq: number;
  id: string | null;
}

/** Recipients after a place whose mail is to be made, in the order in which they subscribed. */
export async function recipientsAfter(
  db: Database,
  campaign: string,
  cursor: number,
  limit: number,
): Promise<Waiting[]> {
  return db.all<Waiting>(sql`select r.seq, s.id, s.email, s.lang, s.status, s.topics
    from ${campaignRecipients} r left join ${subscribers} s on s.seq = r.seq
    where r.campaign_id = ${campaign} and r.state = 'waiting' and r.seq > ${cursor}
    order by r.seq limit ${limit}`);
}

/** Adds the mails to the recipients of a page, each with its place as `seq`. Who was erased since the page was read gets none. */
export const insertPage = mailsInsert<AtCursor>(sql`${atCursor("sending")}
    and exists (select 1 from ${campaignRecipients}
      where campaign_id = ${p("campaign")} and seq = value ->> 'seq' and state = 'waiting')`);

// HAZARD: what is written down at once is found first, by "materialized" or a limit, and then changed by its rowid. Else SQLite
// walks all recipients that are in the state, and reads the whole page again for each: of 100,000, a quarter of a minute a page.

/** Writes down for whom of a page a mail is due, and who no longer wants it: {seq, mail, reason} of each. */
export const markPage = compile<AtCursor & { made: string }>(sql`with made as materialized (
    select r.rowid as place, value ->> 'mail' as mail, value ->> 'reason' as reason
    from json_each(${p("made")}) cross join ${campaignRecipients} r
      on r.campaign_id = ${p("campaign")} and r.seq = value ->> 'seq')
  update ${campaignRecipients}
  set state = iif(made.mail is null, 'dropped', 'due'), mail_id = made.mail, reason = made.reason
  from made where ${campaignRecipients}.rowid = made.place and state = 'waiting' and ${atCursor("sending")}`);

/** How many newsletters still make mails. */
export async function countSending(db: Database): Promise<number> {
  const found = await db.get<{ count: number }>(sql`select count(*) as count from ${campaigns}
    where state = 'sending' and exists (select 1 from ${campaignTallies}
      where campaign_id = ${campaigns.id} and what = 'waiting' and count > 0)`);
  return found.count;
}

/** Moves a newsletter past a page. */
export const moveSending = compile<AtCursor & { last: number; nextAt: number }>(sql`update ${campaigns}
  set cursor = ${p("last")}, next_at = ${p("nextAt")} where ${isAtCursor("sending")}`);

/** Puts off the next page of a newsletter; of two who do so at once, one has. */
export const putOffPage = compile<AtCursor & { nextAt: number; was: number }>(sql`update ${campaigns}
  set next_at = ${p("nextAt")} where ${isAtCursor("sending")} and next_at = ${p("was")}`);

/** How many mails of a newsletter have an outcome that is not known, and how many of them wait for their first try. */
export interface Backlog {
  due: number;
  /** Counted no further than `most`. */
  fresh: number;
}

/** What a newsletter has under way. One that was refused for now waits on its own, and holds up nobody. */
export async function backlogOf(db: Database, campaign: string, most: number): Promise<Backlog> {
  return db.get(sql`select
    coalesce((select count from ${campaignTallies} where campaign_id = ${campaign} and what = 'due'), 0) as due,
    (select count(*) from (select 1 from ${campaignRecipients} r join ${outbox} o on o.id = r.mail_id
      where r.campaign_id = ${campaign} and r.state = 'due'
        and o.attempts = iif(o.state = 'sending', 1, 0) and o.state in ('queued', 'sending')
      limit ${most})) as fresh`);
}

// What becomes of the mails. Those of a newsletter are found by its recipients; the plus signs keep SQLite on the primary key
// of the outbox: by the index on state it would walk all mail there is.

const dueMails = (campaign: SQLChunk): SQL =>
  sql`(select mail_id from ${campaignRecipients} where campaign_id = ${campaign} and state = 'due')`;
const isIn = (campaign: SQLChunk, state: "sending" | "cancelled"): SQL =>
  sql`exists (select 1 from ${campaigns} where id = ${campaign} and state = ${sql.raw(`'${state}'`)})`;

/** Makes mails of a newsletter that is going out due again which were held, and gives their ids. */
export async function reviveHeld(db: Database, campaign: string, now: number): Promise<string[]> {
  const rows = await db.all<{ id: string }>(sql`update ${outbox}
    set state = 'queued', due_at = max(due_at, ${now}), lease_until = null, last_error = null
    where id in ${dueMails(campaign)} and +state = 'held' and ${isIn(campaign, "sending")} returning id`);
  return rows.map(({ id }) => id);
}

/**
 * Sends what waits of newsletters for a subscriber to the address that they have moved to, with the way to their preferences that
 * is good from there; goes after the move. What is on its way arrives where it was sent.
 */
export const readdressMails = compile<{
  subscriber: string;
  recipient: string;
  preferences: string;
}>(sql`update ${outbox}
  set recipient = ${p("recipient")}, params = json_set(params, '$.preferences', ${p("preferences")})
  where +state in ('queued', 'held') and id in (select r.mail_id from ${subscribers} s
    join ${campaignRecipients} r on r.seq = s.seq and r.state = 'due'
    where s.id = ${p("subscriber")} and s.email = ${p("recipient")})`);

/** Puts the next page of a newsletter off until `nextAt`, if it is to come sooner. */
export const putOffUntil = compile<{ campaign: string; nextAt: number }>(sql`update ${campaigns}
  set next_at = max(next_at, ${p("nextAt")}) where id = ${p("campaign")} and state = 'sending'`);

/** Drops the mails of a cancelled newsletter that no sender holds. */
export const dropMails = compile<{ campaign: string; reason: string }>(sql`update ${outbox}
  set state = 'dropped', last_error = ${p("reason")}, lease_until = null
  where id in ${dueMails(p("campaign"))} and +state in ('queued', 'held') and ${isIn(p("campaign"), "cancelled")}`);

/** Drops recipients of a cancelled newsletter for whom no mail was made, at most `limit`. */
export const dropWaiting = compile<{ campaign: string; reason: string; limit: number }>(sql`update ${campaignRecipients}
  set state = 'dropped', reason = ${p("reason")}
  where campaign_id = ${p("campaign")} and ${isIn(p("campaign"), "cancelled")} and seq in
    (select seq from ${campaignRecipients} where campaign_id = ${p("campaign")} and state = 'waiting' limit ${p("limit")})`);

/**
 * Writes down what became of mails that were due, at most `limit`: sent, given up, or dropped at the last moment. A mail that is gone
 * from the outbox was its reader's to erase.
 */
export const settleDue = compile<{ campaign: string; limit: number }>(sql`update ${campaignRecipients}
  set state = done.ended, sent_at = done.sent_at, reason = iif(done.ended = 'sent', null, coalesce(done.last_error, 'gone'))
  from (select r.rowid as place, o.sent_at, o.last_error,
      case o.state when 'sent' then 'sent' when 'dead' then 'failed' else 'dropped' end as ended
    from ${campaignRecipients} r left join ${outbox} o on o.id = r.mail_id
    where r.campaign_id = ${p("campaign")} and r.state = 'due' and coalesce(+o.state in ('sent', 'dead', 'dropped'), true)
    limit ${p("limit")}) done
  where ${campaignRecipients}.rowid = done.place and state = 'due'`);

// The end: nobody waits any more.

interface AtEnd extends Record<string, unknown> {
  campaign: string;
}

const isOver = sql`state = 'sending' and not exists (select 1 from ${campaignRecipients}
  where campaign_id = ${p("campaign")} and state in ('waiting', 'due'))`;

/** Enters that a newsletter was sent, if nobody waits for it; goes before the change. */
export const appendSent = insertInto<typeof ledgerEntries, AtEnd>(
  ledgerEntries,
  sql`exists (select 1 from ${campaigns} where id = ${p("campaign")} and ${isOver})`,
);

/** Ends a newsletter that nobody waits for. */
export const finishCampaign = compile<AtEnd & { finishedAt: number }>(sql`update ${campaigns}
  set state = 'sent', finished_at = ${p("finishedAt")}, next_at = null where id = ${p("campaign")} and ${isOver}`);
