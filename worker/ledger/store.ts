import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  type SQL,
  sql,
} from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { type LedgerFault, ledgerChecks, ledgerEntries, ledgerSeals } from "./tables.ts";

export type Entry = typeof ledgerEntries.$inferSelect;

/** An entry as it is added; the database gives it its place. */
export type LedgerRow = Omit<typeof ledgerEntries.$inferInsert, "seq">;

export type Seal = typeof ledgerSeals.$inferSelect;

/** A seal without its leaves. */
export type SealHead = Omit<Seal, "leaves">;

export type Check = typeof ledgerChecks.$inferSelect;

/** Appends an entry. An entry of the same id fails the batch (see ENTERED). */
export const appendEntry = insertInto(ledgerEntries);

/**
 * Compiles the insert of many entries in one statement, from `entries`, a JSON list of rows as `ledgerEntry` makes them.
 * One is added only if `when` holds at the commit; what more its row says is there as `value`.
 */
export const entriesInsert = <More extends Record<string, unknown>>(when: SQL) =>
  compile<{ entries: string } & More>(sql`insert into ${ledgerEntries}
    (id, kind, at, subject, actor, body, salt, commitment)
    select value ->> 'id', value ->> 'kind', value ->> 'at', value ->> 'subject', value ->> 'actor', value ->> 'body',
      value ->> 'salt', value ->> 'commitment'
    from json_each(${sql.placeholder("entries")}) where ${when}`);

/** Appends many entries, given as a JSON list. An entry of the same id fails the batch (see ENTERED). */
export const appendEntries = entriesInsert(sql`true`);

/** The mark by which `conflictOn` knows that an event was entered before. */
export const ENTERED = "ledger_entry_exists";

/** Appends a seal. One of the same number fails the batch (see SEALED). */
export const insertSeal = insertInto(ledgerSeals);

/** The mark by which `conflictOn` knows that a seal of that number stands already. */
export const SEALED = "ledger_seal_exists";

/** Which entries to list; times in milliseconds, `until` left out itself. */
export interface EntryFilter {
  kind?: string | undefined;
  subject?: string | undefined;
  actor?: string | undefined;
  from?: number | undefined;
  until?: number | undefined;
}

/** A column; with the plus sign that keeps SQLite from an index on it when `isEntry` says that it is no way in. */
const wayIn = (column: SQLiteColumn, isEntry: boolean): SQL => (isEntry ? sql`${column}` : sql`+${column}`);

/**
 * Entries in the order of their times, at most `limit`, from the one after the entry at place `after`. An index in this
 * order serves every filter: the subject's before the actor's before the kind's, and past a cursor it starts there.
 */
export async function listEntries(
  db: Database,
  { kind, subject, actor, from, until }: EntryFilter,
  order: "asc" | "desc",
  after: number | undefined,
  limit: number,
): Promise<Entry[]> {
  const { seq, at, kind: kinds, subject: subjects, actor: actors } = ledgerEntries;
  const isRising = order === "asc";
  const isStart = after === undefined;
  const past = sql.raw(isRising ? ">" : "<");
  const sorted = isRising ? asc : desc;
  return db
    .select()
    .from(ledgerEntries)
    .where(
      and(
        subject === undefined ? undefined : eq(subjects, subject),
        actor === undefined ? undefined : sql`${wayIn(actors, subject === undefined)} = ${actor}`,
        kind === undefined ? undefined : sql`${wayIn(kinds, (subject ?? actor) === undefined)} = ${kind}`,
        from === undefined ? undefined : sql`${wayIn(at, isStart || !isRising)} >= ${from}`,
        until === undefined ? undefined : sql`${wayIn(at, isStart || isRising)} < ${until}`,
        isStart
          ? undefined
          : sql`(${at}, ${seq}) ${past} ((select e.at from ${ledgerEntries} e where e.seq = ${after}), ${after})`,
      ),
    )
    .orderBy(sorted(at), sorted(seq))
    .limit(limit);
}

/** How many entries of a kind were made since a moment, counted up to `most`. */
export async function countEntries(db: Database, kind: string, since: number, most: number): Promise<number> {
  const { seq, at } = ledgerEntries;
  const found = db
    .select({ seq })
    .from(ledgerEntries)
    .where(and(eq(ledgerEntries.kind, kind), gte(at, since)));
  return db.$count(found.limit(most).as("found"));
}

export async function findEntry(db: Database, id: string): Promise<Entry | undefined> {
  return db.select().from(ledgerEntries).where(eq(ledgerEntries.id, id)).get();
}

/** Entries from one place to another, both included, in order, at most `limit`. */
export async function entriesBetween(db: Database, first: number, last: number, limit: number): Promise<Entry[]> {
  return db
    .select()
    .from(ledgerEntries)
    .where(and(gte(ledgerEntries.seq, first), lte(ledgerEntries.seq, last)))
    .orderBy(asc(ledgerEntries.seq))
    .limit(limit);
}

/** What sealing needs of the entries after a place, in order, at most `limit`. */
export async function waitingEntries(db: Database, after: number, limit: number) {
  const { seq, id, kind, at, commitment } = ledgerEntries;
  return db
    .select({ seq, id, kind, at, commitment })
    .from(ledgerEntries)
    .where(gt(seq, after))
    .orderBy(asc(seq))
    .limit(limit);
}

/** The last place that an entry was ever given, whether it still stands or not; 0 when there was none. */
export async function lastPlace(db: Database): Promise<number> {
  const row = await db
    .select({ seq: sql<number>`seq` })
    .from(sql`sqlite_sequence`)
    .where(sql`name = 'ledger_entries'`)
    .get();
  return row?.seq ?? 0;
}

const { leaves: _, ...headColumns } = getTableColumns(ledgerSeals);

/** The newest seal; with `upTo`, the newest of that number or a lower one. */
export async function lastSeal(db: Database, upTo = Number.MAX_SAFE_INTEGER): Promise<SealHead | undefined> {
  return db
    .select(headColumns)
    .from(ledgerSeals)
    .where(lte(ledgerSeals.number, upTo))
    .orderBy(desc(ledgerSeals.number))
    .limit(1)
    .get();
}

/** Seals of numbers lower than `before`, the newest first. */
export async function listSeals(db: Database, before: number, limit: number): Promise<SealHead[]> {
  return db
    .select(headColumns)
    .from(ledgerSeals)
    .where(lt(ledgerSeals.number, before))
    .orderBy(desc(ledgerSeals.number))
    .limit(limit);
}

/** Seals of numbers higher than `after`, the oldest first. */
export async function sealsAfter(db: Database, after: number, limit: number): Promise<SealHead[]> {
  return db
    .select(headColumns)
    .from(ledgerSeals)
    .where(gt(ledgerSeals.number, after))
    .orderBy(asc(ledgerSeals.number))
    .limit(limit);
}

/** Seals from one number to another, both included, with their leaves. */
export async function loadSeals(db: Database, first: number, last: number): Promise<Seal[]> {
  return db
    .select()
    .from(ledgerSeals)
    .where(and(gte(ledgerSeals.number, first), lte(ledgerSeals.number, last)))
    .orderBy(asc(ledgerSeals.number));
}

/** The seal that closes the entry at a place, with its leaves; undefined while that one waits. */
export async function findSeal(db: Database, seq: number): Promise<Seal | undefined> {
  const seal = await db
    .select()
    .from(ledgerSeals)
    .where(gte(ledgerSeals.lastSeq, seq))
    .orderBy(asc(ledgerSeals.lastSeq))
    .limit(1)
    .get();
  return seal && seal.firstSeq <= seq ? seal : undefined;
}

/** A head that was known at some time, with the number of its seal when that is known too. */
export interface KnownHead {
  number?: number | undefined;
  head: string;
}

/** Those of known heads that no seal has. */
export async function headsGone(db: Database, known: readonly KnownHead[]): Promise<KnownHead[]> {
  const heads = known.map(({ head }) => head);
  const numbers = known.map(({ number }) => number).filter((number) => number !== undefined);
  const found = await db
    .select({ number: ledgerSeals.number, head: ledgerSeals.head })
    .from(ledgerSeals)
    .where(
      and(
        inArray(ledgerSeals.head, heads),
        // There is no index on heads.
        numbers.length === known.length ? inArray(ledgerSeals.number, numbers) : undefined,
      ),
    );
  const isThere = ({ number, head }: KnownHead) =>
    found.some((seal) => seal.head === head && (number === undefined || seal.number === number));
  return known.filter((head) => !isThere(head));
}

/** The places that leaves were sealed at. Reads every seal: for faults only. */
export async function placesOf(db: Database, leaves: readonly string[]): Promise<Map<string, number>> {
  const found = sql`instr(${ledgerSeals.leaves}, l.value)`;
  const rows = await db
    .select({ leaf: sql<string>`l.value`, place: sql<number>`${ledgerSeals.firstSeq} + (${found} - 1) / 64` })
    .from(sql`json_each(${JSON.stringify(leaves)}) l`)
    .innerJoin(ledgerSeals, sql`${found} > 0`);
  return new Map(rows.map(({ leaf, place }) => [leaf, place]));
}

const isUnderWay = isNull(ledgerChecks.finishedAt);

/** Adds a run of the verification, unless one is under way. */
export const insertCheck = insertInto(
  ledgerChecks,
  sql`not exists (select 1 from ${ledgerChecks} where finished_at is null)`,
);

/** Enters that a run was asked for, unless one is under way; goes before it. */
export const appendCheckAsked = insertInto(
  ledgerEntries,
  sql`not exists (select 1 from ${ledgerChecks} where finished_at is null)`,
);

export async function checkUnderWay(db: Database): Promise<Check | undefined> {
  return db.select().from(ledgerChecks).where(isUnderWay).get();
}

/** The run that finished last. */
export async function lastCheck(db: Database): Promise<Check | undefined> {
  return db
    .select()
    .from(ledgerChecks)
    .where(isNotNull(ledgerChecks.finishedAt))
    .orderBy(desc(ledgerChecks.id))
    .limit(1)
    .get();
}

interface Progress {
  sealNumber: number;
  entries: number;
  faults: LedgerFault[];
  finishedAt: number | null;
}

/** Writes how far a run is, unless it has finished meanwhile. */
export function advanceCheck(db: Database, id: number, progress: Progress): Statement {
  return db
    .update(ledgerChecks)
    .set(progress)
    .where(and(eq(ledgerChecks.id, id), isUnderWay));
}

/** Drops runs that finished before `before`. */
export function sweepLedger(db: Database, before: number): Statement {
  return db.delete(ledgerChecks).where(lt(ledgerChecks.finishedAt, before));
}
