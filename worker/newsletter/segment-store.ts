import { asc, eq, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { campaigns, segments } from "./tables.ts";

export type Segment = typeof segments.$inferSelect;

export async function findSegment(db: Database, id: string): Promise<Segment | undefined> {
  return db.select().from(segments).where(eq(segments.id, id)).get();
}

/** All segments by name. A list has some dozens: no pages. */
export async function listSegments(db: Database): Promise<Segment[]> {
  return db.select().from(segments).orderBy(asc(segments.name));
}

const p = sql.placeholder;

/** The mark by which `conflictOn` knows that a segment of that name is there. */
export const NAMED = "segments.name";

export const insertSegment = insertInto(segments);

const isThere = sql`exists (select 1 from ${segments} where id = ${p("segment")})`;

/** Enters what becomes of a segment, if it is there; goes before the change. */
export const appendSaved = insertInto<typeof ledgerEntries, { segment: string }>(ledgerEntries, isThere);

export const updateSegment = compile<{ segment: string; name: string; filter: string; changedAt: number }>(
  sql`update ${segments} set name = ${p("name")}, filter = ${p("filter")}, changed_at = ${p("changedAt")}
  where id = ${p("segment")}`,
);

/** Condition: a newsletter that is to go, or is being prepared to, goes to a segment. */
const isUsed = (id: SQL): SQL => sql`exists (select 1 from ${campaigns}
  where state in ('scheduled', 'freezing', 'sending', 'paused') and audience ->> 'segment' = ${id})`;

/** Whether a newsletter that is to go, or is going, has this segment for its audience. */
export async function segmentIsUsed(db: Database, id: string): Promise<boolean> {
  const found = await db.get<{ used: number }>(sql`select ${isUsed(sql`${id}`)} as used`);
  return found.used === 1;
}

const isFree = sql`${isThere} and not ${isUsed(sql`${p("segment")}`)}`;

/** Enters that a segment goes, if it is there and no newsletter needs it; goes before it. */
export const appendRemoved = insertInto<typeof ledgerEntries, { segment: string }>(ledgerEntries, isFree);

export const deleteSegment = compile<{ segment: string }>(
  sql`delete from ${segments} where id = ${p("segment")} and ${isFree}`,
);
