import { and, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../platform/db.ts";
import { conversations, messages } from "./tables.ts";

export type Conversation = typeof conversations.$inferSelect;
export type Message = typeof messages.$inferSelect;

/** Adds a conversation with its first message. A reference that is taken fails the batch (see TAKEN). */
export function insertConversation(db: Database, conversation: Conversation, message: Message): Statement[] {
  return [db.insert(conversations).values(conversation), db.insert(messages).values(message)];
}

/** The mark by which `conflictOn` knows that a reference is taken. */
export const TAKEN = "conversations.reference";

export async function findConversation(db: Database, id: string): Promise<Conversation | undefined> {
  return db.select().from(conversations).where(eq(conversations.id, id)).get();
}

/** Makes an unconfirmed conversation count. */
export function confirmConversation(db: Database, id: string, at: number): Statement {
  return db
    .update(conversations)
    .set({ status: "new", confirmedAt: at })
    .where(and(eq(conversations.id, id), eq(conversations.status, "unconfirmed")));
}

/** Condition: the conversation of this id still waits for its click. */
export const isUnconfirmed = (id: string): SQL =>
  sql`exists (select 1 from ${conversations} where id = ${id} and status = 'unconfirmed')`;

/** How many conversations of an address came by a plain form since a moment. */
export async function countForms(db: Database, email: string, since: number): Promise<number> {
  return db.$count(
    conversations,
    and(
      eq(conversations.email, email),
      sql`${conversations.createdAt} > ${since}`,
      sql`exists (
      select 1 from ${messages} where conversation_id = ${conversations.id} and channel = 'form')`,
    ),
  );
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
