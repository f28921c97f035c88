import { and, asc, desc, eq, gt, inArray, isNotNull, lt, notExists, or, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import {
  type ListImportPlan,
  subscriberImportFaults,
  subscriberImportParts,
  subscriberImports,
} from "./list-import-tables.ts";
import { newsletterLabels, signups } from "./tables.ts";

export type ListImport = typeof subscriberImports.$inferSelect;
export type ListImportState = ListImport["state"];
export type ListImportFault = typeof subscriberImportFaults.$inferSelect;

export const insertListImport = insertInto(subscriberImports);

export async function findListImport(db: Database, id: string): Promise<ListImport | undefined> {
  return db.select().from(subscriberImports).where(eq(subscriberImports.id, id)).get();
}

/** The place of an import in the list: when it was begun, and its id, as two may begin at one moment. */
export type ListImportPlace = Pick<ListImport, "createdAt" | "id">;

/** Imports, the newest first, from the one after a place on. */
export async function listListImports(
  db: Database,
  after: ListImportPlace | undefined,
  limit: number,
): Promise<ListImport[]> {
  const { createdAt, id } = subscriberImports;
  return db
    .select()
    .from(subscriberImports)
    .where(after && sql`(${createdAt}, ${id}) < (${after.createdAt}, ${after.id})`)
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
}

/** The ids of imports that have steps to do. */
export async function runningListImports(db: Database): Promise<string[]> {
  const rows = await db
    .select({ id: subscriberImports.id })
    .from(subscriberImports)
    .where(inArray(subscriberImports.state, ["checking", "running"]));
  return rows.map(({ id }) => id);
}

/** The ids of imports that wait for somebody: sent before a moment and never started, or started before another and paused. */
export async function waitingListImports(db: Database, sentBefore: number, startedBefore: number): Promise<string[]> {
  const { id, state, createdAt, startedAt } = subscriberImports;
  const rows = await db
    .select({ id })
    .from(subscriberImports)
    .where(
      or(
        and(inArray(state, ["uploading", "ready"]), lt(createdAt, sentBefore)),
        and(eq(state, "paused"), lt(startedAt, startedBefore)),
      ),
    );
  return rows.map(({ id }) => id);
}

/** How many of those an import brought have confirmed. */
export const countConfirmed = (db: Database, id: string): Promise<number> =>
  db.$count(signups, and(eq(signups.importId, id), isNotNull(signups.confirmedAt)));

/** The internal topics that there are. */
export async function labelNames(db: Database): Promise<string[]> {
  const { name } = newsletterLabels;
  const rows = await db.select({ name }).from(newsletterLabels).orderBy(asc(name));
  return rows.map((row) => row.name);
}

/** Keeps a part of a file, as long as nothing was made of the file. */
export function putPart(id: string, part: number, bytes: Uint8Array): Statement {
  return compile(sql`insert into ${subscriberImportParts} (import_id, part, bytes) select ${id}, ${part}, ${bytes}
    where exists (select 1 from ${subscriberImports} where id = ${id} and state in ('uploading', 'ready') and "offset" = 0)
    on conflict do update set bytes = excluded.bytes`)({});
}

/** Makes an import ready when all parts of its file are there. */
export function markReady(db: Database, id: string, parts: number): Statement {
  return db
    .update(subscriberImports)
    .set({ state: "ready" })
    .where(
      and(
        eq(subscriberImports.id, id),
        eq(subscriberImports.state, "uploading"),
        sql`(select count(*) from ${subscriberImportParts} where import_id = ${id}) = ${parts}`,
      ),
    );
}

/** The numbers of the parts that are there, in order. */
export async function receivedParts(db: Database, id: string): Promise<number[]> {
  const { part, importId } = subscriberImportParts;
  const rows = await db.select({ part }).from(subscriberImportParts).where(eq(importId, id)).orderBy(asc(part));
  return rows.map((row) => row.part);
}

/** Two parts of a file from one on; the file ends where there are fewer. */
export async function readParts(db: Database, id: string, from: number): Promise<Uint8Array[]> {
  const { part, bytes, importId } = subscriberImportParts;
  const rows = await db
    .select({ bytes })
    .from(subscriberImportParts)
    .where(and(eq(importId, id), inArray(part, [from, from + 1])))
    .orderBy(asc(part));
  return rows.map((row) => row.bytes);
}

/** Begins an import that is ready, or a dry run of it (`startedAt` is null), with nothing counted; what a dry run refused goes. */
export function beginListImport(
  db: Database,
  id: string,
  start: { plan: ListImportPlan; offset: number; row: number; startedAt: number | null; createdBy: string },
): Statement[] {
  const isReady = sql`exists (select 1 from ${subscriberImports} where id = ${id} and state = 'ready')`;
  const none = { active: 0, pending: 0, unchanged: 0, blocked: 0, refused: 0, tries: 0, fault: null };
  return [
    db.delete(subscriberImportFaults).where(and(eq(subscriberImportFaults.importId, id), isReady)),
    db
      .update(subscriberImports)
      .set({ state: "checking", ...none, ...start })
      .where(and(eq(subscriberImports.id, id), eq(subscriberImports.state, "ready"))),
  ];
}

/** Where an import goes that is held up: a dry run just ends. */
const held = sql`case when started_at is null then 'ready' else 'paused' end`;

/** Holds up an import that is at work. */
export function holdListImport(db: Database, id: string): Statement {
  return db
    .update(subscriberImports)
    .set({ state: held, fault: null, tries: 0 })
    .where(and(eq(subscriberImports.id, id), inArray(subscriberImports.state, ["checking", "running"])));
}

/** Lets an import go on that was held up, its failures forgotten. */
export function resumeListImport(db: Database, id: string, to: "checking" | "running"): Statement {
  return db
    .update(subscriberImports)
    .set({ state: to, fault: null, tries: 0 })
    .where(and(eq(subscriberImports.id, id), eq(subscriberImports.state, "paused")));
}

/** Moves the check of a file on; at its end the first row comes. Another worker may have done so: then nothing changes. */
export function moveCheck(
  db: Database,
  found: ListImport,
  next: Pick<ListImport, "state" | "offset" | "row">,
): Statement {
  return db
    .update(subscriberImports)
    .set({ ...next, tries: 0 })
    .where(isAsSeen(found));
}

/** Counts a step of an import that failed; at the `most`th in a row the import is held up, for the reason that `fault` names. */
export function countFailure(
  db: Database,
  found: ListImport,
  { most, fault }: { most: number; fault: string },
): Statement {
  const { state, tries } = subscriberImports;
  const isLast = sql`${tries} + 1 >= ${most}`;
  return db
    .update(subscriberImports)
    .set({
      tries: sql`${tries} + 1`,
      state: sql`case when ${isLast} then ${held} else ${state} end`,
      fault: sql`case when ${isLast} then ${fault} end`,
    })
    .where(isAsSeen(found));
}

const isAsSeen = ({ id, state, offset }: Pick<ListImport, "id" | "state" | "offset">) =>
  and(eq(subscriberImports.id, id), eq(subscriberImports.state, state), eq(subscriberImports.offset, offset));

/** Condition: an import is in a state, at an offset. */
export const isAt = (id: SQL, state: SQL, offset: SQL): SQL =>
  sql`exists (select 1 from ${subscriberImports} i where i.id = ${id} and i.state = ${state} and i."offset" = ${offset})`;

/** Appends an entry about an import if that is still as it was seen. */
export const appendOfListImport = insertInto<
  typeof ledgerEntries,
  { importId: string; importState: ListImportState; importOffset: number }
>(
  ledgerEntries,
  isAt(
    sql`${sql.placeholder("importId")}`,
    sql`${sql.placeholder("importState")}`,
    sql`${sql.placeholder("importOffset")}`,
  ),
);

/** Ends an import if it is still as it was seen; its file goes. Of one that did not come to its end nobody more is asked. */
export function endListImport(
  db: Database,
  found: ListImport,
  end: { state: "done" | "failed" | "cancelled"; fault: string | null; row: number; finishedAt: number },
): Statement[] {
  const { id } = found;
  const isOver = sql`exists (select 1 from ${subscriberImports} where id = ${id} and finished_at is not null)`;
  return [
    db
      .update(subscriberImports)
      .set(end.state === "done" ? end : { ...end, nextAskAt: null })
      .where(isAsSeen(found)),
    db.delete(subscriberImportParts).where(and(eq(subscriberImportParts.importId, id), isOver)),
  ];
}

/** Rows that an import refused or passed over, from the one after a row on. */
export async function listListFaults(
  db: Database,
  id: string,
  after: number,
  limit: number,
): Promise<ListImportFault[]> {
  const { importId, row } = subscriberImportFaults;
  return db
    .select()
    .from(subscriberImportFaults)
    .where(and(eq(importId, id), gt(row, after)))
    .orderBy(asc(row))
    .limit(limit);
}

/**
 * Drops the refused rows of imports that ended before `faultsBefore`, at most `limit` of them, then imports that ended before
 * `importsBefore`; not one that somebody is a subscriber by: what it states is the evidence of their consent.
 */
export function sweepListImports(
  db: Database,
  { faultsBefore, importsBefore, limit }: { faultsBefore: number; importsBefore: number; limit: number },
): Statement[] {
  const { id, finishedAt } = subscriberImports;
  const faults = subscriberImportFaults;
  const lapsed = sql`select f.rowid from ${faults} f
    where f.import_id in (select id from ${subscriberImports} where finished_at < ${faultsBefore}) limit ${limit}`;
  return [
    db.delete(faults).where(sql`rowid in (${lapsed})`),
    db
      .delete(subscriberImports)
      .where(
        and(
          isNotNull(finishedAt),
          lt(finishedAt, importsBefore),
          notExists(db.select({ row: faults.row }).from(faults).where(eq(faults.importId, id))),
          notExists(db.select({ id: signups.id }).from(signups).where(eq(signups.importId, id))),
        ),
      ),
  ];
}
