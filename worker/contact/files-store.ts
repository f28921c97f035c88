import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { contactDroppedFiles, contactFiles } from "./tables.ts";

export type ContactFile = typeof contactFiles.$inferSelect;

/** Adds a file that waits for its message. The same key again fails the batch (see UPLOADED). */
export const insertFile = insertInto(contactFiles);

/** Adds files that wait for their message, in one round trip; for one whose key was used before it gives the row of that time. */
export async function addFiles(db: Database, rows: readonly ContactFile[]): Promise<ContactFile[]> {
  if (rows.length === 0) return [];
  const keys = rows.flatMap(({ keyHash }) => keyHash ?? []);
  const [before] = await db.batch([
    db
      .select()
      .from(contactFiles)
      .where(sql`${contactFiles.keyHash} in (select value from json_each(${JSON.stringify(keys)}))`),
    ...rows.map((row) => db.insert(contactFiles).values(row).onConflictDoNothing()),
  ]);
  return rows.map((row) => before.find(({ keyHash }) => keyHash !== null && keyHash === row.keyHash) ?? row);
}

/** The mark by which `conflictOn` knows that a file was sent with that key before. */
export const UPLOADED = "contact_files.key_hash";

const attach = compile<{ message: string; files: string }>(sql`update ${contactFiles}
  set message_id = ${sql.placeholder("message")}
  where id in (select value from json_each(${sql.placeholder("files")})) and message_id is null`);

/** Gives files that wait to a message, when there are any; ids that are not there, or were sent with another message, change nothing. */
export const attachFiles = (message: string, files: readonly string[] | undefined): Statement[] =>
  files === undefined || files.length === 0 ? [] : [attach({ message, files: JSON.stringify(files) })];

/** The query for those of `ids` that wait for their message, to be sent by itself or in a batch. */
export const waitingQuery = (db: Database, ids: readonly string[]) =>
  db
    .select()
    .from(contactFiles)
    .where(
      and(
        sql`${contactFiles.id} in (select value from json_each(${JSON.stringify(ids)}))`,
        isNull(contactFiles.messageId),
      ),
    );

/** Those of `ids` that wait for their message. */
export async function waitingFiles(db: Database, ids: readonly string[]): Promise<ContactFile[]> {
  return ids.length === 0 ? [] : waitingQuery(db, ids);
}

export async function findFile(db: Database, id: string): Promise<ContactFile | undefined> {
  return db.select().from(contactFiles).where(eq(contactFiles.id, id)).get();
}

export async function findFileByKey(db: Database, keyHash: string): Promise<ContactFile | undefined> {
  return db.select().from(contactFiles).where(eq(contactFiles.keyHash, keyHash)).get();
}

/** The query for the files of messages, which `ids` selects, in the order they came. */
export const filesQuery = (db: Database, ids: SQL) =>
  db
    .select()
    .from(contactFiles)
    .where(sql`${contactFiles.messageId} in (${ids})`)
    .orderBy(asc(contactFiles.createdAt), asc(contactFiles.id));

/** Keys of what is to go from R2, at most `limit`. */
export async function droppedKeys(db: Database, limit: number): Promise<string[]> {
  const rows = await db.select().from(contactDroppedFiles).limit(limit);
  return rows.map(({ key }) => key);
}

/** Forgets keys of what went from R2, as a JSON list. */
export const forgetKeys = compile<{ keys: string }>(
  sql`delete from ${contactDroppedFiles} where key in (select value from json_each(${sql.placeholder("keys")}))`,
);
