import { and, asc, desc, eq, inArray, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../platform/db.ts";
import { type OUTBOX_STATES, outbox } from "./tables.ts";

export type OutboxRow = typeof outbox.$inferSelect;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** Adds a mail to be sent; with `when`, only if that condition holds at the commit. */
export function insertMail(
  row: Pick<OutboxRow, "id" | "template" | "recipient" | "lang" | "params" | "createdAt">,
  when: SQL = sql`true`,
): Statement {
  const { id, template, recipient, lang, params, createdAt } = row;
  return sql`insert into ${outbox}
      (id, template, recipient, lang, params, state, attempts, due_at, created_at)
    select ${id}, ${template}, ${recipient}, ${lang}, ${JSON.stringify(params)}, 'queued', 0, ${createdAt}, ${createdAt}
    where ${when}`;
}

/** Whether fewer than `most` mails of this template went to a recipient since a moment: a condition for `insertMail`. */
export function fewerMailsThan(most: number, template: string, recipient: string, since: number): SQL {
  return sql`(select count(*) from ${outbox}
    where recipient = ${recipient} and created_at > ${since} and template = ${template}) < ${most}`;
}

const open = (now: number) =>
  and(
    inArray(outbox.state, ["queued", "sending"]),
    lte(outbox.dueAt, now),
    or(isNull(outbox.leaseUntil), lte(outbox.leaseUntil, now)),
  );

/** Takes a lease on those of `ids` that are due and held by nobody, and counts the try. At most 90 ids. */
export async function leaseMails(db: Database, ids: string[], now: number, until: number): Promise<OutboxRow[]> {
  return db
    .update(outbox)
    .set({ state: "sending", leaseUntil: until, attempts: sql`${outbox.attempts} + 1` })
    .where(and(inArray(outbox.id, ids), open(now)))
    .returning();
}

export async function markSent(db: Database, id: string, at: number): Promise<void> {
  await db
    .update(outbox)
    .set({ state: "sent", sentAt: at, leaseUntil: null, lastError: null })
    .where(eq(outbox.id, id));
}

export async function markFailed(db: Database, id: string, error: string, nextDue: number | null): Promise<void> {
  const next = nextDue === null ? { state: "dead" as const } : { state: "queued" as const, dueAt: nextDue };
  await db
    .update(outbox)
    .set({ ...next, leaseUntil: null, lastError: error })
    .where(eq(outbox.id, id));
}

/** Ids of mails that were due before `before` and that nobody holds: their wake-up was lost, or their sender died. */
export async function strayMails(db: Database, now: number, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(open(now), lt(outbox.dueAt, before)))
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

export function sweepMails(db: Database, sentBefore: number): Statement {
  return db.delete(outbox).where(and(eq(outbox.state, "sent"), lt(outbox.sentAt, sentBefore)));
}
