import { asc, eq, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { newsletterLabels, subscriberCohorts } from "./tables.ts";

/** An internal topic, and how many subscribers have it. */
export type Label = typeof newsletterLabels.$inferSelect & { subscribers: number };

/** All internal topics by the alphabet. Some dozens: no pages. */
export async function listLabels(db: Database): Promise<Label[]> {
  const { name, createdAt, createdBy } = newsletterLabels;
  const subscribers = sql<number>`(select coalesce(sum(members), 0) from ${subscriberCohorts}, json_each(labels) held
    where members > 0 and held.value = ${newsletterLabels}.name)`;
  return db.select({ name, createdAt, createdBy, subscribers }).from(newsletterLabels).orderBy(asc(name));
}

export async function findLabel(db: Database, name: string) {
  return db.select().from(newsletterLabels).where(eq(newsletterLabels.name, name)).get();
}

/** All sources from which subscribers came, by the alphabet. */
export async function listSources(db: Database): Promise<string[]> {
  const { source, members } = subscriberCohorts;
  const rows = await db
    .selectDistinct({ source })
    .from(subscriberCohorts)
    .where(sql`${members} > 0`)
    .orderBy(asc(source));
  return rows.map((row) => row.source);
}

/** The mark by which `conflictOn` knows that there is such a label. */
export const NAMED = "newsletter_labels.name";

export const insertLabel = insertInto(newsletterLabels);

/** Enters that a label goes, if it is there; goes before it. */
export const appendRemoved = insertInto<typeof ledgerEntries, { label: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${newsletterLabels} where name = ${sql.placeholder("label")})`,
);

export const deleteLabel = compile<{ label: string }>(
  sql`delete from ${newsletterLabels} where name = ${sql.placeholder("label")}`,
);
