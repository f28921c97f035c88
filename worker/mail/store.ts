import { and, asc, desc, eq, inArray, isNull, lt, lte, or, type SQL, type SQLChunk, sql } from "drizzle-orm";
import { type Database, insertInto, type Statement } from "../platform/db.ts";
import { type OUTBOX_STATES, outbox } from "./tables.ts";

export type OutboxRow = typeof outbox.$inferSelect;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** A mail as it is added. */
export type NewMail = typeof outbox.$inferInsert;

/** Compiles the insert of a mail that is added only if `when` holds at the commit. */
export const mailInsert = <More extends Record<string, unknown>>(when: SQL) =>
  insertInto<typeof outbox, More>(outbox, when);

/**
 * Condition: fewer than `most` mails of a template went to the placeholder `recipient` since the placeholder `since`.
 */
export const fewerMailsThan = (most: SQLChunk, template: SQLChunk): SQL =>
  sql`(select count(*) from ${outbox} where recipient = ${sql.placeholder("recipient")}
    and created_at > ${sql.placeholder("since")} and template = ${template}) < ${most}`;

/** Adds a mail unless its recipient had `most` of its template since `since`. */
export const insertMailUpTo = mailInsert<{ most: number; since: number }>(
  fewerMailsThan(sql.placeholder("most"), sql.placeholder("template")),
);

const isFree = (now: number) => or(isNull(outbox.leaseUntil), lte(outbox.leaseUntil, now));

/**
 * Takes a lease on those of `ids` that are due and held by nobody, and counts the try. At most 90 ids. The plus signs
 * keep SQLite on the primary key: by the index on state it would walk the whole backlog.
 */
export async function leaseMails(db: Database, ids: string[], now: number, until: number): Promise<OutboxRow[]> {
  return db
    .update(outbox)
    .set({ state: "sending", leaseUntil: until, attempts: sql`${outbox.attempts} + 1` })
    .where(
      and(
        inArray(outbox.id, ids),
        sql`+${outbox.state} in ('queued', 'sending')`,
        sql`+${outbox.dueAt} <= ${now}`,
        isFree(now),
      ),
    )
    .returning();
}

/** The try that a sender took on; a later try of somebody else is not touched. */
type Try = Pick<OutboxRow, "id" | "attempts">;
const isTry = ({ id, attempts }: Try) => and(eq(outbox.id, id), eq(outbox.attempts, attempts));

export async function markSent(db: Database, row: Try, at: number): Promise<void> {
  await db.update(outbox).set({ state: "sent", sentAt: at, leaseUntil: null, lastError: null }).where(isTry(row));
}

export async function markFailed(db: Database, row: Try, error: string, nextDue: number | null): Promise<void> {
  const next = nextDue === null ? { state: "dead" as const } : { state: "queued" as const, dueAt: nextDue };
  await db
    .update(outbox)
    .set({ ...next, leaseUntil: null, lastError: error })
    .where(isTry(row));
}

/** Ids of mails that were due before `before` and that nobody holds: their wake-up was lost, or their sender died. */
export async function strayMails(db: Database, now: number, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(inArray(outbox.state, ["queued", "sending"]), lt(outbox.dueAt, before), isFree(now)))
    .orderBy(asc(outbox.dueAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

export async function listMails(db: Database, state: OutboxState, limit: number): Promise<OutboxRow[]> {
  return db.select().from(outbox).where(eq(outbox.state, state)).orderBy(desc(outbox.createdAt)).limit(limit);
}

/** Makes a dead mail due again with its tries forgotten; false when there is no dead mail of that id. */
export async function reviveMail(db: Database, id: string, now: number): Promise<boolean> {
  const rows = await db
    .update(outbox)
    .set({ state: "queued", attempts: 0, dueAt: now, leaseUntil: null })
    .where(and(eq(outbox.id, id), eq(outbox.state, "dead")))
    .returning({ id: outbox.id });
  return rows.length > 0;
}

/** Drops mails sent or given up that were due before `before`, and those of `briefTemplates` before `briefBefore`. */
export function sweepMails(
  db: Database,
  { before, briefBefore, briefTemplates }: { before: number; briefBefore: number; briefTemplates: string[] },
): Statement[] {
  const isOver = inArray(outbox.state, ["sent", "dead"]);
  return [
    db.delete(outbox).where(and(isOver, lt(outbox.dueAt, before))),
    db.delete(outbox).where(and(isOver, lt(outbox.dueAt, briefBefore), inArray(outbox.template, briefTemplates))),
  ];
}
