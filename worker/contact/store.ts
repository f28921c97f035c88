import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { customers } from "../customers/tables.ts";
import { mailInsert } from "../mail/store.ts";
import { type Database, insertInto, type Statement } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { conversations, messages } from "./tables.ts";

export type Conversation = typeof conversations.$inferSelect;
export type Message = typeof messages.$inferSelect;

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

/** A confirmation token with its conversation, null when that one is gone. */
export async function findUnconfirmed(db: Database, tokenId: string) {
  return db
    .select({ token: tokens, conversation: conversations })
    .from(tokens)
    .leftJoin(conversations, eq(conversations.id, tokens.subject))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** Makes an unconfirmed conversation count. */
export function confirmConversation(db: Database, id: string, at: number): Statement {
  return db
    .update(conversations)
    .set({ status: "new", confirmedAt: at })
    .where(and(eq(conversations.id, id), eq(conversations.status, "unconfirmed")));
}

/** Adds the receipt of a conversation that still waits for its click. */
export const insertReceipt = mailInsert<{ conversation: string }>(
  sql`exists (select 1 from ${conversations} where id = ${sql.placeholder("conversation")} and status = 'unconfirmed')`,
);

/** How many conversations nobody has looked at, counted up to `most`. */
export async function countNew(db: Database, most: number): Promise<number> {
  const isNew = db
    .select({ id: conversations.id })
    .from(conversations)
    .where(eq(conversations.status, "new"))
    .limit(most)
    .as("new");
  return db.$count(isNew);
}

/** Drops conversations that were never confirmed, with their messages. */
export function sweepContact(db: Database, createdBefore: number): Statement[] {
  const lapsed = and(eq(conversations.status, "unconfirmed"), lt(conversations.createdAt, createdBefore));
  return [
    db
      .delete(messages)
      .where(inArray(messages.conversationId, db.select({ id: conversations.id }).from(conversations).where(lapsed))),
    db.delete(conversations).where(lapsed),
  ];
}
