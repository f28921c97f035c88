import { and, asc, desc, eq, gt, inArray, isNotNull, lt, or, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import {
  customerImportFaults,
  customerImportNumbers,
  customerImportParts,
  customerImports,
  type ImportPlan,
} from "./tables.ts";

export type Import = typeof customerImports.$inferSelect;
export type ImportState = Import["state"];
export type ImportFault = typeof customerImportFaults.$inferSelect;

export const insertImport = insertInto(customerImports);

export async function findImport(db: Database, id: string): Promise<Import | undefined> {
  return db.select().from(customerImports).where(eq(customerImports.id, id)).get();
}

/** Imports, the newest first, from the one after a moment. */
export async function listImports(db: Database, before: number | undefined, limit: number): Promise<Import[]> {
  return db
    .select()
    .from(customerImports)
    .where(before === undefined ? undefined : lt(customerImports.createdAt, before))
    .orderBy(desc(customerImports.createdAt))
    .limit(limit);
}

/** The ids of imports that have steps to do. */
export async function runningImports(db: Database): Promise<string[]> {
  const rows = await db
    .select({ id: customerImports.id })
    .from(customerImports)
    .where(inArray(customerImports.state, ["checking", "running"]));
  return rows.map(({ id }) => id);
}

/** The ids of imports that wait for somebody: sent before a moment and never started, or started before another and paused. */
export async function waitingImports(db: Database, sentBefore: number, startedBefore: number): Promise<string[]> {
  const { id, state, createdAt, startedAt } = customerImports;
  const rows = await db
    .select({ id })
    .from(customerImports)
    .where(
      or(
        and(inArray(state, ["uploading", "ready"]), lt(createdAt, sentBefore)),
        and(eq(state, "paused"), lt(startedAt, startedBefore)),
      ),
    );
  return rows.map(({ id }) => id);
}

/** Keeps a part of a file, as long as the import has not begun. */
export function putPart(id: string, part: number, bytes: Uint8Array): Statement {
  return compile(sql`insert into ${customerImportParts} (import_id, part, bytes) select ${id}, ${part}, ${bytes}
    where exists (select 1 from ${customerImports} where id = ${id} and state in ('uploading', 'ready'))
    on conflict do update set bytes = excluded.bytes`)({});
}

/** Makes an import ready when all parts of its file are there. */
export function markReady(db: Database, id: string, parts: number): Statement {
  return db
    .update(customerImports)
    .set({ state: "ready" })
    .where(
      and(
        eq(customerImports.id, id),
        eq(customerImports.state, "uploading"),
        sql`(select count(*) from ${customerImportParts} where import_id = ${id}) = ${parts}`,
      ),
    );
}

/** The numbers of the parts that are there, in order. */
export async function receivedParts(db: Database, id: string): Promise<number[]> {
  const { part, importId } = customerImportParts;
  const rows = await db.select({ part }).from(customerImportParts).where(eq(importId, id)).orderBy(asc(part));
  return rows.map((row) => row.part);
}

/** Two parts of a file from one on; the file ends where there are fewer. */
export async function readParts(db: Database, id: string, from: number): Promise<Uint8Array[]> {
  const { part, bytes, importId } = customerImportParts;
  const rows = await db
    .select({ bytes })
    .from(customerImportParts)
    .where(and(eq(importId, id), inArray(part, [from, from + 1])))
    .orderBy(asc(part));
  return rows.map((row) => row.bytes);
}

/** Begins an import that is ready, with the check of its file. */
export function beginImport(
  db: Database,
  id: string,
  start: { plan: ImportPlan; offset: number; row: number; startedAt: number },
): Statement {
  return db
    .update(customerImports)
    .set({ state: "checking", ...start })
    .where(and(eq(customerImports.id, id), eq(customerImports.state, "ready")));
}

/** Brings an import from one of some states to another, its failures forgotten. */
export function moveImport(db: Database, id: string, from: readonly ImportState[], to: ImportState): Statement {
  return db
    .update(customerImports)
    .set({ state: to, fault: null, tries: 0 })
    .where(and(eq(customerImports.id, id), inArray(customerImports.state, [...from])));
}

/** Moves the check of a file on; at its end the first row comes. Another worker may have done so: then nothing changes. */
export function moveCheck(db: Database, found: Import, next: Pick<Import, "state" | "offset" | "row">): Statement {
  return db
    .update(customerImports)
    .set({ ...next, tries: 0 })
    .where(isAsSeen(found));
}

/** Counts a step of an import that failed; at the `most`th in a row the import is held up, for the reason that `fault` names. */
export function countFailure(db: Database, found: Import, { most, fault }: { most: number; fault: string }): Statement {
  const { state, tries } = customerImports;
  const isLast = sql`${tries} + 1 >= ${most}`;
  return db
    .update(customerImports)
    .set({
      tries: sql`${tries} + 1`,
      state: sql`case when ${isLast} then 'paused' else ${state} end`,
      fault: sql`case when ${isLast} then ${fault} end`,
    })
    .where(isAsSeen(found));
}

const isAsSeen = ({ id, state, offset }: Pick<Import, "id" | "state" | "offset">) =>
  and(eq(customerImports.id, id), eq(customerImports.state, state), eq(customerImports.offset, offset));

/** Condition: an import is in a state, at an offset. */
export const isAt = (id: SQL, state: SQL, offset: SQL): SQL =>
  sql`exists (select 1 from ${customerImports} i where i.id = ${id} and i.state = ${state} and i."offset" = ${offset})`;

/** Appends an entry about an import if that is still as it was seen. */
export const appendOfImport = insertInto<
  typeof ledgerEntries,
  { importId: string; importState: ImportState; importOffset: number }
>(
  ledgerEntries,
  isAt(
    sql`${sql.placeholder("importId")}`,
    sql`${sql.placeholder("importState")}`,
    sql`${sql.placeholder("importOffset")}`,
  ),
);

/** Ends an import if it is still as it was seen; its file and what was only needed on the way go. */
export function endImport(
  db: Database,
  found: Import,
  end: { state: "done" | "failed" | "cancelled"; fault: string | null; row: number; finishedAt: number },
): Statement[] {
  const { id } = found;
  const isOver = sql`exists (select 1 from ${customerImports} where id = ${id} and finished_at is not null)`;
  return [
    db.update(customerImports).set(end).where(isAsSeen(found)),
    db.delete(customerImportParts).where(and(eq(customerImportParts.importId, id), isOver)),
    db.delete(customerImportNumbers).where(and(eq(customerImportNumbers.importId, id), isOver)),
  ];
}

/** Rows that an import refused, from the one after a row on. */
export async function listFaults(db: Database, id: string, after: number, limit: number): Promise<ImportFault[]> {
  const { importId, row } = customerImportFaults;
  return db
    .select()
    .from(customerImportFaults)
    .where(and(eq(importId, id), gt(row, after)))
    .orderBy(asc(row))
    .limit(limit);
}

/** Drops the refused rows of imports that ended long ago, then imports that ended even longer ago. */
export function sweepImports(db: Database, faultsBefore: number, importsBefore: number): Statement[] {
  const { id, finishedAt } = customerImports;
  const ended = (before: number) =>
    db
      .select({ id })
      .from(customerImports)
      .where(and(isNotNull(finishedAt), lt(finishedAt, before)));
  return [
    db.delete(customerImportFaults).where(inArray(customerImportFaults.importId, ended(faultsBefore))),
    db.delete(customerImports).where(and(isNotNull(finishedAt), lt(finishedAt, importsBefore))),
  ];
}
