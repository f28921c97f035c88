import { and, asc, eq, gt, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { customers } from "../customers/tables.ts";
import { entriesInsert } from "../ledger/store.ts";
import { ledgerEntries } from "../ledger/tables.ts";
import { mailsInsert, type OutboxState } from "../mail/store.ts";
import { mailReturns, outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { noticeMails, noticeRuns } from "./tables.ts";

export type Run = typeof noticeRuns.$inferSelect;

const named = sql.placeholder;

/** Adds the run that tells every customer of a version; goes into the batch that publishes it. */
export const insertRun = insertInto(noticeRuns);

export async function findRun(db: Database, date: string): Promise<Run | undefined> {
  return db.select().from(noticeRuns).where(eq(noticeRuns.date, date)).get();
}

/** Runs that are not done, and those that were done after `since`, the oldest first. One a version: no pages. */
export async function runsSince(db: Database, since: number): Promise<Run[]> {
  return db
    .select()
    .from(noticeRuns)
    .where(or(ne(noticeRuns.state, "done"), gt(noticeRuns.finishedAt, since)))
    .orderBy(asc(noticeRuns.date));
}

/** A customer as a run needs to know them. */
export type Recipient = Pick<typeof customers.$inferSelect, "seq" | "number" | "email" | "lang">;

/** Customers after a place, in the order in which they came; not those who are gone. */
export async function customersAfter(db: Database, cursor: number, limit: number): Promise<Recipient[]> {
  const { seq, number, email, lang, closedAt } = customers;
  return db
    .select({ seq, number, email, lang })
    .from(customers)
    .where(and(gt(seq, cursor), isNull(closedAt)))
    .orderBy(asc(seq))
    .limit(limit);
}

/** How many mails about a version wait to be sent, counted no further than `most`. */
export async function countWaiting(db: Database, date: string, most: number): Promise<number> {
  const waiting = db
    .select({ number: noticeMails.customerNumber })
    .from(noticeMails)
    .where(and(eq(noticeMails.date, date), eq(noticeMails.state, "due")));
  return db.$count(waiting.limit(most).as("waiting"));
}

// One page of customers is one batch. Each statement carries the condition that the run is still where the page was read,
// and the one that moves it comes last: of two workers one does the page, and a worker that dies has done it or not.

interface AtCursor extends Record<string, unknown> {
  date: string;
  cursor: number;
}

const isAtCursor = (state: "running" | "paused" = "running"): SQL =>
  sql`date = ${named("date")} and state = ${sql.raw(`'${state}'`)} and cursor = ${named("cursor")}`;
const atCursor = sql`exists (select 1 from ${noticeRuns} where ${isAtCursor()})`;

/** Enters what was decided for the customers of a page. */
export const appendPage = entriesInsert<AtCursor>(atCursor);

/** Adds the mails to the customers of a page. */
export const insertPage = mailsInsert<AtCursor>(atCursor);

/** Writes down for whom of a page a mail is due, and for whom it is suppressed: {number, mail, state, reason} of each. */
export const insertNoticeMails = compile<AtCursor & { told: string; dueAt: number }>(sql`insert into ${noticeMails}
  (date, customer_number, mail_id, state, due_at, reason)
  select ${named("date")}, value ->> 'number', value ->> 'mail', value ->> 'state', ${named("dueAt")}, value ->> 'reason'
  from json_each(${named("told")}) where ${atCursor}`);

/** Moves a run past a page. */
export const moveRun = compile<AtCursor & { last: number; count: number; nextAt: number }>(sql`update ${noticeRuns}
  set cursor = ${named("last")}, taken = taken + ${named("count")}, next_at = ${named("nextAt")} where ${isAtCursor()}`);

/** Puts off the next page of a run; of two who do so at once, one has. */
export const putOffRun = compile<AtCursor & { nextAt: number; was: number }>(sql`update ${noticeRuns}
  set next_at = ${named("nextAt")} where ${isAtCursor()} and next_at = ${named("was")}`);

/** Ends a run, unless a customer has joined meanwhile. */
export const endRun = compile<AtCursor & { finishedAt: number }>(sql`update ${noticeRuns}
  set state = 'done', finished_at = ${named("finishedAt")}
  where ${isAtCursor()} and not exists
    (select 1 from ${customers} where seq > ${named("cursor")} and closed_at is null)`);

// Pausing and going on again: the entry goes first, under the condition of the change.

type Turn = { date: string; was: "running" | "paused"; state: "running" | "paused" };

/** Enters that a run is paused or goes on, if it is not so already. */
export const appendTurned = insertInto<typeof ledgerEntries, Turn>(
  ledgerEntries,
  sql`exists (select 1 from ${noticeRuns} where date = ${named("date")} and state = ${named("was")})`,
);

/** Pauses a run or lets it go on, if it is not so already. */
export const turnRun = compile<Turn>(sql`update ${noticeRuns} set state = ${named("state")}
  where date = ${named("date")} and state = ${named("was")}`);

/** What became of a mail that a run made. */
export interface Outcome {
  number: string;
  mail: string;
  state: OutboxState;
  sentAt: number | null;
  lastError: string | null;
}

/** States of a notice that a mail's own can still change. A mail that was given up can be tried again by staff. */
export type Unsettled = "due" | "failed";

/** Mails about a version that were sent, given up or stopped at the last moment and of which that is not written down, by customer number. */
export async function outcomesAfter(
  db: Database,
  date: string,
  was: Unsettled,
  after: string,
  limit: number,
): Promise<Outcome[]> {
  const { id, state, sentAt, lastError } = outbox;
  // The plus sign keeps SQLite on the primary key of the outbox: by the index on state it would walk all that was sent.
  // A notice that came back stays failed, though its mail was sent.
  const ended =
    was === "due"
      ? sql`+${state} in ('sent', 'dead', 'dropped')`
      : sql`+${state} = 'sent' and not exists
          (select 1 from ${mailReturns} where mail_id = ${id} and kind <> 'complaint')`;
  return db
    .select({ number: noticeMails.customerNumber, mail: id, state, sentAt, lastError })
    .from(noticeMails)
    .innerJoin(outbox, eq(id, noticeMails.mailId))
    .where(and(eq(noticeMails.date, date), eq(noticeMails.state, was), gt(noticeMails.customerNumber, after), ended))
    .orderBy(asc(noticeMails.customerNumber))
    .limit(limit);
}

interface Settled extends Record<string, unknown> {
  date: string;
  was: Unsettled;
}

/** Enters what became of mails; each entry says of which customer it is (`number`). */
export const appendSettled = entriesInsert<Settled>(sql`exists (select 1 from ${noticeMails}
  where date = ${named("date")} and customer_number = value ->> 'number' and state = ${named("was")})`);

// HAZARD: the mails are found first and then changed by their rowid. Else SQLite walks all that are in the state, and reads the whole
// list again for each.
const settle = compile<Settled & { settled: string }>(sql`with done as materialized (
    select m.rowid as place, value from json_each(${named("settled")}) cross join ${noticeMails} m
      on m.date = ${named("date")} and m.customer_number = value ->> 'number')
  update ${noticeMails}
  set state = done.value ->> 'state', sent_at = done.value ->> 'sentAt', reason = done.value ->> 'reason',
    failed_at = coalesce(done.value ->> 'failedAt', failed_at)
  from done where ${noticeMails}.rowid = done.place and state = ${named("was")}`);

/** Writes down what became of mails; comes after the entries. */
export const settleMails = (
  where: Settled,
  settled: readonly {
    number: string;
    state: "sent" | "failed" | "suppressed";
    sentAt: number | null;
    failedAt: number | null;
    reason: string | null;
  }[],
): Statement => settle({ ...where, settled: JSON.stringify(settled) });
