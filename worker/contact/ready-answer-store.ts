import { asc, eq, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { contactAnswers } from "./tables.ts";

const p = sql.placeholder;

export type ReadyAnswer = typeof contactAnswers.$inferSelect;

/** All ready answers by name. Some dozens: no pages. */
export async function listReadyAnswers(db: Database): Promise<ReadyAnswer[]> {
  return db.select().from(contactAnswers).orderBy(asc(contactAnswers.name));
}

export async function findReadyAnswer(db: Database, id: string): Promise<ReadyAnswer | undefined> {
  return db.select().from(contactAnswers).where(eq(contactAnswers.id, id)).get();
}

/** The mark by which `conflictOn` knows that there is a ready answer of that name. */
export const NAMED = "contact_answers.name";

export const insertReadyAnswer = insertInto(contactAnswers);

/** The answer as it was seen: all statements of an edit have this condition, and the edit itself comes last. */
interface Seen extends Record<string, unknown> {
  answer: string;
  version: number;
}

const isCurrent = sql`exists (select 1 from ${contactAnswers} where id = ${p("answer")} and version = ${p("version")})`;

/** Enters an edit of a ready answer, if it still applies. */
export const appendAnswerEdit = insertInto<typeof ledgerEntries, Seen>(ledgerEntries, isCurrent);

/** Changes a ready answer, if the edit applies. */
export const updateReadyAnswer = compile<
  Seen & { name: string; texts: string; changedAt: number; changedBy: string }
>(sql`update ${contactAnswers} set name = ${p("name")}, texts = ${p("texts")}, version = version + 1,
    changed_at = ${p("changedAt")}, changed_by = ${p("changedBy")}
  where id = ${p("answer")} and version = ${p("version")}`);

/** Drops a ready answer, if the edit applies. */
export const deleteReadyAnswer = compile<Seen>(
  sql`delete from ${contactAnswers} where id = ${p("answer")} and version = ${p("version")}`,
);
