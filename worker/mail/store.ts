import { and, asc, eq, getTableColumns, inArray, isNull, lt, lte, or, type SQL, type SQLChunk, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { IS_NO_NEWSLETTER, type LANES, OUTBOX_STATES, outbox } from "./tables.ts";

export type OutboxRow = typeof outbox.$inferSelect;
export type OutboxState = (typeof OUTBOX_STATES)[number];
export type Lane = (typeof LANES)[number];

/** A mail as it is added. */
export type NewMail = typeof outbox.$inferInsert;

/** Compiles the insert of a mail that is added only if `when` holds at the commit. */
export const mailInsert = <More extends Record<string, unknown>>(when: SQL) =>
  insertInto<typeof outbox, More>(outbox, when);

/** What many mails made together have in common; `mails` is a JSON list of {id, recipient, lang, params?}. */
interface NewMails extends Record<string, unknown> {
  mails: string;
  template: string;
  lane: Lane;
  /** JSON, for those that have none of their own. */
  params: string;
  dueAt: number;
  createdAt: number;
}

/** Compiles the insert of many mails of one template, in one statement, added only if `when` holds at the commit. */
export const mailsInsert = <More extends Record<string, unknown>>(when: SQL) =>
  compile<NewMails & More>(sql`insert into ${outbox}
    (id, template, recipient, lang, params, state, lane, attempts, due_at, created_at)
    select value ->> 'id', ${sql.placeholder("template")}, value ->> 'recipient', value ->> 'lang',
      coalesce(value ->> 'params', ${sql.placeholder("params")}), 'queued', ${sql.placeholder("lane")}, 0,
      ${sql.placeholder("dueAt")}, ${sql.placeholder("createdAt")}
    from json_each(${sql.placeholder("mails")}) where ${when}`);

/**
 * Condition: fewer than `most` mails of a template went to the placeholder `recipient` since the placeholder `since`.
 */
export const fewerMailsThan = (most: SQLChunk, template: SQLChunk, since: SQLChunk = sql.placeholder("since")): SQL =>
  sql`(select count(*) from ${outbox} where recipient = ${sql.placeholder("recipient")}
    and created_at > ${since} and template = ${template}) < ${most}`;

/** Adds a mail unless its recipient had `most` of its template since `since`. */
export const insertMailUpTo = mailInsert<{ most: number; since: number }>(
  fewerMailsThan(sql.placeholder("most"), sql.placeholder("template")),
);

const isFree = (now: number) => or(isNull(outbox.leaseUntil), lte(outbox.leaseUntil, now));

/**
 * Takes a lease on those of `ids` that are due and held by nobody, as long as their lane's, and counts the try. The plus signs keep SQLite on the
 * primary key: by the index on state it would walk the whole backlog.
 */
export async function leaseMails(
  db: Database,
  ids: readonly string[],
  now: number,
  leases: Readonly<Record<Lane, number>>,
): Promise<OutboxRow[]> {
  const until = sql`case ${outbox.lane} when 'bulk' then ${now + leases.bulk} else ${now + leases.transactional} end`;
  return db
    .update(outbox)
    .set({ state: "sending", leaseUntil: until, attempts: sql`${outbox.attempts} + 1` })
    .where(
      and(
        sql`${outbox.id} in (select value from json_each(${JSON.stringify(ids)}))`,
        sql`+${outbox.state} in ('queued', 'sending')`,
        sql`+${outbox.dueAt} <= ${now}`,
        isFree(now),
      ),
    )
    .returning();
}

/** The try that a sender took on; a later try of somebody else is not touched. */
export type Try = Pick<OutboxRow, "id" | "attempts">;
const isTry = ({ id, attempts }: Try) => and(eq(outbox.id, id), eq(outbox.attempts, attempts));

/** How a try ended otherwise than by failing: with `sentAt`, or with why it is not sent. */
export interface Ended extends Try {
  /** "queued": it was not begun, and "held": it waits for people; neither counts as a try. */
  state: "sent" | "dropped" | "held" | "queued";
  sentAt: number | null;
  reason: string | null;
}

const markAll = compile<{ ended: string }>(sql`update ${outbox}
  set state = done.value ->> 'state', sent_at = done.value ->> 'sentAt', lease_until = null,
    last_error = done.value ->> 'reason',
    attempts = ${outbox}.attempts - (done.value ->> 'state' in ('held', 'queued'))
  from json_each(${sql.placeholder("ended")}) done
  where ${outbox}.id = done.value ->> 'id' and ${outbox}.attempts = done.value ->> 'attempts'`);

/** Writes down how tries ended. */
export const markEnded = (ended: readonly Ended[]): Statement => markAll({ ended: JSON.stringify(ended) });

/** Writes down why a try failed, and when the next is; without one the mail is dead. */
export function markFailed(db: Database, row: Try, error: string, nextDue: number | null): Statement {
  const next = nextDue === null ? { state: "dead" as const } : { state: "queued" as const, dueAt: nextDue };
  return db
    .update(outbox)
    .set({ ...next, leaseUntil: null, lastError: error })
    .where(isTry(row));
}

/** Ids of a lane's mails that were due before `before` and that nobody holds: their wake-up was lost, or their sender died. */
export async function strayMails(
  db: Database,
  lane: Lane,
  now: number,
  before: number,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(inArray(outbox.state, ["queued", "sending"]), lt(outbox.dueAt, before), eq(outbox.lane, lane), isFree(now)),
    )
    .orderBy(asc(outbox.dueAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

export async function findMail(db: Database, id: string): Promise<OutboxRow | undefined> {
  return db.select().from(outbox).where(eq(outbox.id, id)).get();
}

/** How many mails there are in each state, counted no further than `most`: there may be millions. */
export async function countMails(db: Database, most: number): Promise<Record<OutboxState, number>> {
  const counts = OUTBOX_STATES.map(
    (state) =>
      sql`(select count(*) from (select 1 from ${outbox} where state = ${state} limit ${most})) as ${sql.identifier(state)}`,
  );
  return db.get(sql`select ${sql.join(counts, sql`, `)}`);
}

/** A mail's place among all by due time; the rowid, which ends every index, tells equal times apart without sorting. */
export interface Place {
  dueAt: number;
  rowid: number;
}

/** Which mails to list. One recipient's are few; those of everybody are listed a state at a time. */
type MailList = ({ recipient: null; state: OutboxState } | { recipient: string; state: OutboxState | null }) & {
  template: string | null;
  descending: boolean;
  /** The place that the last page ended at. */
  after: Place | null;
};

export interface MailPage {
  mails: (OutboxRow & Place)[];
  /** Where the next page starts; null when there is none. */
  next: Place | null;
  /** The due time up to which was looked, when a page was ended by SCANNED; there may be more behind it. */
  lookedTo: number | null;
}

/** How many mails of a state are looked at for one page of a template, which has no index: a million would take too long. */
const SCANNED = 20_000;

const ROWID = sql<number>`${outbox}.rowid`;

/** A page of at most `limit` mails by due time. */
export async function listMails(db: Database, list: MailList, limit: number): Promise<MailPage> {
  const { recipient, state, template, descending, after } = list;
  // The plus signs keep SQLite on the index of the recipient: by that on state it would walk the whole backlog.
  const plus = sql.raw(recipient === null ? "" : "+");
  const way = sql.raw(descending ? "desc" : "asc");
  const place = sql`(${plus}${outbox.dueAt}, ${ROWID})`;
  const compared = (to: Place, sign: "<" | "<=" | ">" | ">=") =>
    sql`${place} ${sql.raw(sign)} (${to.dueAt}, ${to.rowid})`;
  const listed = and(
    recipient === null ? undefined : eq(outbox.recipient, recipient),
    state === null ? undefined : sql`${plus}${outbox.state} = ${state}`,
    after === null ? undefined : compared(after, descending ? "<" : ">"),
  );
  const order = [sql`${plus}${outbox.dueAt} ${way}`, sql`${ROWID} ${way}`];
  const edge =
    recipient === null && template !== null
      ? await db
          .select({ dueAt: outbox.dueAt, rowid: ROWID })
          .from(outbox)
          .where(listed)
          .orderBy(...order)
          .limit(1)
          .offset(SCANNED - 1)
          .get()
      : undefined;
  const found = await db
    .select({ ...getTableColumns(outbox), rowid: ROWID })
    .from(outbox)
    .where(
      and(
        listed,
        edge ? compared(edge, descending ? ">=" : "<=") : undefined,
        template === null ? undefined : eq(outbox.template, template),
      ),
    )
    .orderBy(...order)
    .limit(limit + 1);
  const isFull = found.length > limit;
  const mails = found.slice(0, limit);
  return {
    mails,
    next: (isFull ? mails.at(-1) : edge) ?? null,
    lookedTo: isFull ? null : (edge?.dueAt ?? null),
  };
}

/** Dead mails, those that were due longest ago first. */
export async function deadMails(db: Database, limit: number): Promise<Pick<OutboxRow, "id" | "lane">[]> {
  return db
    .select({ id: outbox.id, lane: outbox.lane })
    .from(outbox)
    .where(eq(outbox.state, "dead"))
    .orderBy(asc(outbox.dueAt))
    .limit(limit);
}

// Reviving. The entry and the change carry the same condition and the entry goes first, so that nothing is entered when
// nothing changes. Mails are named by a JSON list of ids, which is one binding however long it is.

/** Condition: all of `ids` are dead. */
const allDead = (ids: SQLChunk): SQL =>
  sql`(select count(*) from ${outbox} where id in (select value from json_each(${ids})) and +state = 'dead')
    = json_array_length(${ids})`;

/** Enters that mails are tried again, if all are dead. */
export const appendRetried = insertInto<typeof ledgerEntries, { mails: string }>(
  ledgerEntries,
  allDead(sql.placeholder("mails")),
);

/** Makes mails due again with their tries forgotten, if all are dead. */
export function reviveMails(db: Database, mails: string, now: number): Statement {
  return db
    .update(outbox)
    .set({ state: "queued", attempts: 0, dueAt: now, leaseUntil: null })
    .where(and(sql`${outbox.id} in (select value from json_each(${mails}))`, allDead(sql`${mails}`)));
}

/** How long mails are kept when they are over: moments up to which they were due. */
export interface MailsKept {
  newsletters: number;
  /** Of `briefTemplates`. */
  brief: number;
  others: number;
}

/** Drops mails sent, given up or not wanted any more that were due before their time, at most `limit` of each kind. */
export function sweepMails(db: Database, before: MailsKept, briefTemplates: string[], limit: number): Statement[] {
  const first = (lapsed: SQL | undefined) =>
    db.delete(outbox).where(inArray(outbox.id, db.select({ id: outbox.id }).from(outbox).where(lapsed).limit(limit)));
  const over = sql`in ('sent', 'dead', 'dropped')`;
  // The plus sign keeps SQLite on the index of what is no newsletter: by that on state it would walk all newsletters, too.
  const besides = and(IS_NO_NEWSLETTER, sql`+${outbox.state} ${over}`);
  return [
    first(and(sql`not (${IS_NO_NEWSLETTER})`, sql`${outbox.state} ${over}`, lt(outbox.dueAt, before.newsletters))),
    first(and(besides, lt(outbox.dueAt, before.others))),
    first(and(besides, lt(outbox.dueAt, before.brief), inArray(outbox.template, briefTemplates))),
  ];
}
