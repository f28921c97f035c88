import { and, eq, isNull, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import type { Topic } from "./store.ts";
import { contactTopics, conversations } from "./tables.ts";

const p = sql.placeholder;

/** The topics that can be chosen. Some dozens: no pages. */
export async function listTopics(db: Database): Promise<Topic[]> {
  return db.select().from(contactTopics).where(isNull(contactTopics.removedAt)).orderBy(sql`names ->> 'nl', id`);
}

/** All topics, those that were removed too: figures and conversations still name them. */
export async function allTopics(db: Database): Promise<Topic[]> {
  return db.select().from(contactTopics).orderBy(sql`names ->> 'nl', id`);
}

/** A topic that can be chosen. */
export async function findTopic(db: Database, id: string): Promise<Topic | undefined> {
  return db
    .select()
    .from(contactTopics)
    .where(and(eq(contactTopics.id, id), isNull(contactTopics.removedAt)))
    .get();
}

export const insertTopic = insertInto(contactTopics);

/** The topic as it was seen: all statements of an edit have this condition, and the edit itself comes last. */
interface Seen extends Record<string, unknown> {
  topic: string;
  version: number;
}

const isCurrent = sql`exists (select 1 from ${contactTopics}
  where id = ${p("topic")} and version = ${p("version")} and removed_at is null)`;

/** Enters an edit of a topic, if it still applies. */
export const appendTopicEdit = insertInto<typeof ledgerEntries, Seen>(ledgerEntries, isCurrent);

/**
 * Keeps what was closed under a topic so many milliseconds from its closing, if the edit applies. It counts as a change of each, so that
 * one that was begun before does not put the old day back.
 */
export const moveDeletion = compile<Seen & { kept: number }>(sql`update ${conversations}
  set delete_at = closed_at + ${p("kept")}, version = version + 1, change = null
  where topic_id = ${p("topic")} and closed_at is not null and delete_at is not closed_at + ${p("kept")} and ${isCurrent}`);

/** Changes a topic, if the edit applies. */
export const updateTopic = compile<
  Seen & {
    names: string;
    firstHours: number;
    solvedHours: number;
    retentionMonths: number;
    changedAt: number;
    changedBy: string;
  }
>(sql`update ${contactTopics} set names = ${p("names")}, first_hours = ${p("firstHours")},
    solved_hours = ${p("solvedHours")}, retention_months = ${p("retentionMonths")}, version = version + 1,
    changed_at = ${p("changedAt")}, changed_by = ${p("changedBy")}
  where id = ${p("topic")} and version = ${p("version")} and removed_at is null`);

/** Takes a topic from those that can be chosen, if the edit applies. */
export const markTopicRemoved = compile<Seen & { removedAt: number; changedBy: string }>(sql`update ${contactTopics}
  set removed_at = ${p("removedAt")}, version = version + 1, changed_at = ${p("removedAt")}, changed_by = ${p("changedBy")}
  where id = ${p("topic")} and version = ${p("version")} and removed_at is null`);
