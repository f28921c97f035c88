import { and, asc, desc, eq, getTableColumns, lte, ne, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { type Database, insertInto, type Statement } from "../platform/db.ts";
import type { InventorySnapshot } from "../platform/inventory.ts";
import { isAfterScheduled } from "./store.ts";
import { policyDrafts, policyVersions } from "./tables.ts";

export type Draft = typeof policyDrafts.$inferSelect;
/** A draft without its texts. */
export type DraftHead = Omit<Draft, "texts">;

const p = sql.placeholder;

/** A draft as somebody saw it. A change of it applies to no other version. */
export interface Seen {
  draft: string;
  draftVersion: number;
}

/** All drafts without their texts, the newest change first. They are few: no pages. */
export async function listDrafts(db: Database): Promise<DraftHead[]> {
  const { texts: _, ...head } = getTableColumns(policyDrafts);
  return db.select(head).from(policyDrafts).orderBy(desc(policyDrafts.changedAt));
}

export async function findDraft(db: Database, id: string): Promise<Draft | undefined> {
  return db.select().from(policyDrafts).where(eq(policyDrafts.id, id)).get();
}

/** The version that is scheduled under a date, if there is one. */
export async function findScheduled(db: Database, date: string): Promise<Draft | undefined> {
  return db
    .select()
    .from(policyDrafts)
    .where(and(eq(policyDrafts.state, "scheduled"), eq(policyDrafts.date, date)))
    .get();
}

/** Versions whose scheduled day has come, oldest first. */
export async function dueDrafts(db: Database, day: string): Promise<Draft[]> {
  return db
    .select()
    .from(policyDrafts)
    .where(and(eq(policyDrafts.state, "scheduled"), lte(policyDrafts.date, day)))
    .orderBy(asc(policyDrafts.date));
}

/** What a new version has to come after. */
export interface Standing {
  /** The newest version that is published; its inventory is null when it was loaded as history. */
  newest: { date: string; effective: string; inventory: InventorySnapshot | null } | undefined;
  scheduled: readonly { date: string | null; effective: string | null }[];
}

/** The newest version, and all that are scheduled but for the draft `except`. */
export async function loadStanding(db: Database, except = ""): Promise<Standing> {
  const { date, effective, inventory } = policyVersions;
  const [newest, scheduled] = await Promise.all([
    db.select({ date, effective, inventory }).from(policyVersions).orderBy(desc(date)).limit(1).get(),
    db
      .select({ date: policyDrafts.date, effective: policyDrafts.effective })
      .from(policyDrafts)
      .where(and(eq(policyDrafts.state, "scheduled"), ne(policyDrafts.id, except))),
  ]);
  return { newest, scheduled };
}

// A change names the version it saw. All its statements carry the same condition and the change comes last, so that of two
// changes at once all statements of one count and none of the other.

/** Condition: a draft is as it was at a version. */
const isAt = (draft: unknown, version: unknown): SQL =>
  sql`exists (select 1 from ${policyDrafts} where id = ${draft} and version = ${version})`;

/** Condition: dates come after those of every version that stands, and of every other that is scheduled. */
const isLast = (date: unknown, effective: unknown, draft: unknown): SQL =>
  sql`not exists (select 1 from ${policyVersions} where date >= ${date} or effective >= ${effective})
    and ${isAfterScheduled(date, effective, draft)}`;

export const insertDraft = insertInto(policyDrafts);

/** Enters a change of a draft, if it still applies. */
export const appendDraftChange = insertInto<typeof ledgerEntries, { draft: string; draftVersion: number }>(
  ledgerEntries,
  isAt(p("draft"), p("draftVersion")),
);

/** Changes a draft, if it is still as it was seen. */
export function updateDraft(db: Database, { draft, draftVersion }: Seen, set: Partial<Draft>): Statement {
  return db
    .update(policyDrafts)
    .set({ ...set, version: draftVersion + 1 })
    .where(and(eq(policyDrafts.id, draft), eq(policyDrafts.version, draftVersion)));
}

/** Drops a draft, if it is still as it was seen. */
export function deleteDraft(db: Database, { draft, draftVersion }: Seen): Statement {
  return db.delete(policyDrafts).where(and(eq(policyDrafts.id, draft), eq(policyDrafts.version, draftVersion)));
}

/** Adds a draft that is scheduled from the start, if it comes after all others. */
export const insertScheduled = insertInto(policyDrafts, isLast(p("date"), p("effective"), p("id")));

/** Enters that such a draft is added, on the same condition. */
export const appendAddedSchedule = insertInto<typeof ledgerEntries, { draft: string; date: string; effective: string }>(
  ledgerEntries,
  isLast(p("date"), p("effective"), p("draft")),
);

/** Enters that a draft is scheduled, if it is still as it was seen and comes after all others. */
export const appendSchedule = insertInto<
  typeof ledgerEntries,
  { draft: string; draftVersion: number; date: string; effective: string }
>(ledgerEntries, sql`${isAt(p("draft"), p("draftVersion"))} and ${isLast(p("date"), p("effective"), p("draft"))}`);

/** Schedules a draft, on the same condition. */
export function scheduleDraft(
  db: Database,
  { draft, draftVersion, date, effective }: Seen & { date: string; effective: string },
  set: Partial<Draft>,
): Statement {
  return db
    .update(policyDrafts)
    .set({ ...set, state: "scheduled", version: draftVersion + 1 })
    .where(
      and(
        eq(policyDrafts.id, draft),
        eq(policyDrafts.version, draftVersion),
        isLast(sql`${date}`, sql`${effective}`, sql`${draft}`),
      ),
    );
}
