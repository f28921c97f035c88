import { and, eq, type SQL, type SQLChunk, sql } from "drizzle-orm";
import { customers } from "../customers/tables.ts";
import { fewerMailsThan, mailInsert } from "../mail/store.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { countWhen } from "./figures-store.ts";
import { waitingQuery } from "./files-store.ts";
import { contactBlocks, contactTopics, conversations, messages } from "./tables.ts";

export type Conversation = typeof conversations.$inferSelect;
export type NewConversation = typeof conversations.$inferInsert;
export type Message = typeof messages.$inferSelect;
export type NewMessage = typeof messages.$inferInsert;
export type Topic = typeof contactTopics.$inferSelect;

/** Condition: an address, or its domain, was blocked by staff. */
const isBlocked = (email: SQLChunk): SQL =>
  sql`exists (select 1 from ${contactBlocks} where sender in (${email}, substr(${email}, instr(${email}, '@') + 1)))`;

/**
 * Adds a conversation. A key that was used before, or a reference that is taken, fails the batch (see RETRIED and TAKEN).
 * That of a customer who is none is not added, so that its first message fails the batch (see UNKNOWN).
 */
export const insertConversation = insertInto(
  conversations,
  sql`${sql.placeholder("customerNumber")} is null
    or exists (select 1 from ${customers} where number = ${sql.placeholder("customerNumber")})`,
);

export const insertMessage = insertInto(messages);

/** The mark by which `conflictOn` knows that a message has no conversation: its customer is none. */
export const UNKNOWN = "FOREIGN KEY constraint failed";

/** The mark by which `conflictOn` knows that a key was used before. */
export const RETRIED = "conversations.key_hash";

/** What was sent with a key before, and the reference it was given. */
export async function findByKey(db: Database, keyHash: string) {
  return db
    .select({ reference: conversations.reference, requestHash: conversations.requestHash })
    .from(conversations)
    .where(eq(conversations.keyHash, keyHash))
    .get();
}

/** The mark by which `conflictOn` knows that a reference is taken. */
export const TAKEN = "conversations.reference";

/** A conversation with its topic; null where it has none. */
export interface Matter {
  conversation: Conversation;
  topic: Topic | null;
}

const matters = (db: Database) =>
  db
    .select({ conversation: conversations, topic: contactTopics })
    .from(conversations)
    .leftJoin(contactTopics, eq(contactTopics.id, conversations.topicId));

/** Which conversation is meant: one by its id, or a customer's own by its reference; of anybody else there is none. */
export type Which = string | { customerNumber: string; reference: string };

/** Condition: a conversation is the one that is meant. */
export const isMeant = (which: Which): SQL | undefined =>
  typeof which === "string"
    ? eq(conversations.id, which)
    : and(eq(conversations.reference, which.reference), eq(conversations.customerNumber, which.customerNumber));

export async function findMatter(db: Database, which: Which): Promise<Matter | undefined> {
  return matters(db).where(isMeant(which)).get();
}

/**
 * The queries for a conversation and its topic in a batch. `matterOf` joins what they find: in a batch Drizzle takes columns of the same
 * name for one, so a join gives wrong rows there.
 */
export const matterQueries = (db: Database, which: Which) =>
  [
    db.select().from(conversations).where(isMeant(which)),
    db
      .select()
      .from(contactTopics)
      .where(sql`${contactTopics.id} = (select topic_id from ${conversations} where ${isMeant(which)})`),
  ] as const;

/** What `matterQueries` found; undefined when there is no such conversation. */
export const matterOf = ([conversation]: readonly Conversation[], [topic]: readonly Topic[]): Matter | undefined =>
  conversation && { conversation, topic: topic ?? null };

/** A confirmation token with its conversation, null when that one is gone, and whether its sender is blocked. */
export async function findUnconfirmed(db: Database, tokenId: string) {
  return db
    .select({ token: tokens, conversation: conversations, isBlocked: sql<number>`${isBlocked(conversations.email)}` })
    .from(tokens)
    .leftJoin(conversations, eq(conversations.id, tokens.subject))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** Puts a conversation that has just been added into quarantine, if its sender is blocked. */
export const quarantineBlocked = compile<{ conversation: string }>(sql`update ${conversations}
  set status = 'quarantined', quarantined_for = 'blocked', due_at = null
  where id = ${sql.placeholder("conversation")} and status = 'new' and ${isBlocked(sql`email`)}`);

const isNew = sql`exists (select 1 from ${conversations}
  where id = ${sql.placeholder("conversation")} and status = 'new')`;

/** Adds the receipt of a conversation that has just been added, if it is new, unless its recipient had `most` since `since`. */
export const insertReceipt = mailInsert<{ conversation: string; most: number; since: number }>(
  sql`${isNew} and ${fewerMailsThan(sql.placeholder("most"), sql.placeholder("template"))}`,
);

/** Counts a conversation that has just been added, if it is new. */
export const countReceived = countWhen<{ conversation: string }>(isNew);

/** Whether an address, or its domain, was blocked by staff. */
export async function isSenderBlocked(db: Database, email: string): Promise<boolean> {
  const { blocked } = await db.get<{ blocked: number }>(sql`select ${isBlocked(sql`${email}`)} as blocked`);
  return blocked === 1;
}

const messageByKey = (db: Database, keyHash: string) =>
  db.select({ id: messages.id, requestHash: messages.requestHash }).from(messages).where(eq(messages.keyHash, keyHash));

/** A message by the key it was sent with. */
export async function findMessageByKey(db: Database, keyHash: string) {
  return messageByKey(db, keyHash).get();
}

/**
 * What adding a message begins with, in one round trip: its conversation, what was sent with its key before (null for no key), and those
 * of its files that wait.
 */
export async function findToAdd(db: Database, which: Which, keyHash: string | null, files: readonly string[]) {
  const [found, topics, [before], waiting] = await db.batch([
    ...matterQueries(db, which),
    messageByKey(db, keyHash ?? ""),
    waitingQuery(db, files),
  ]);
  return { matter: matterOf(found, topics), before, waiting };
}

/** The mark by which `conflictOn` knows that a message was sent before. */
export const SENT = "messages.key_hash";
