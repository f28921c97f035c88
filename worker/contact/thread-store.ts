import { and, asc, desc, eq, inArray, ne, or } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { type ContactFile, filesOf } from "./files-store.ts";
import type { Conversation, Message } from "./store.ts";
import { contactNotes, conversations, messages } from "./tables.ts";

export type Note = typeof contactNotes.$inferSelect;

/** A message with the files that came with it. */
export interface ThreadMessage extends Message {
  files: readonly ContactFile[];
}

/** More than one conversation has, for one page; the newest are shown. */
const MESSAGES_AT_MOST = 200;

/** The messages of a conversation, the newest `most` of them, the oldest first, with their files. */
export async function threadOf(
  db: Database,
  conversationId: string,
  most = MESSAGES_AT_MOST,
): Promise<ThreadMessage[]> {
  const newest = await db
    .select()
    .from(messages)
    .where(eq(messages.conversationId, conversationId))
    .orderBy(desc(messages.createdAt), desc(messages.seq))
    .limit(most);
  const files = await filesOf(
    db,
    newest.map(({ id }) => id),
  );
  return newest.reverse().map((message) => ({
    ...message,
    files: files.filter(({ messageId }) => messageId === message.id),
  }));
}

/** What staff noted of a conversation, the oldest first. */
export async function notesOf(db: Database, conversationId: string): Promise<Note[]> {
  return db
    .select()
    .from(contactNotes)
    .where(eq(contactNotes.conversationId, conversationId))
    .orderBy(asc(contactNotes.createdAt));
}

/** What an answer is to say: itself, its conversation, and their last message before it. */
export async function findAnswer(db: Database, messageId: string) {
  const found = await db
    .select({ message: messages, conversation: conversations })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(eq(messages.id, messageId))
    .get();
  if (!found) return undefined;
  const thread = await threadOf(db, found.conversation.id);
  const before = thread.slice(
    0,
    thread.findIndex(({ id }) => id === messageId),
  );
  const theirs = before.findLast(({ author }) => author === null) ?? null;
  const files = thread.find(({ id }) => id === messageId)?.files ?? [];
  return { ...found, theirs, files };
}

/** The Message-ID of a mail that came in, by the id of its message; null when it had none, or is gone. */
export async function findMessageId(db: Database, id: string): Promise<string | null> {
  const found = await db.select({ messageId: messages.messageId }).from(messages).where(eq(messages.id, id)).get();
  return found?.messageId ?? null;
}

/** A file of a conversation; of any other there is none. */
export async function findFileOf(db: Database, conversationId: string, fileId: string) {
  const files = await filesOf(
    db,
    (await db.select({ id: messages.id }).from(messages).where(eq(messages.conversationId, conversationId))).map(
      ({ id }) => id,
    ),
  );
  return files.find(({ id, refused }) => id === fileId && refused === null);
}

/** What else its person wrote to us, the newest first: of the same customer, or from the same address. */
export async function othersOf(db: Database, of: Conversation, limit: number): Promise<Conversation[]> {
  const { email, customerNumber, id } = of;
  const same = customerNumber === null ? undefined : eq(conversations.customerNumber, customerNumber);
  return db
    .select()
    .from(conversations)
    .where(
      and(
        or(eq(conversations.email, email), same),
        ne(conversations.id, id),
        inArray(conversations.status, ["new", "open", "waiting", "closed", "archived"]),
      ),
    )
    .orderBy(desc(conversations.lastAt))
    .limit(limit);
}

/** A customer's conversations, the one with the last message first. */
export async function conversationsOf(db: Database, customerNumber: string, limit: number): Promise<Conversation[]> {
  return db
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations.customerNumber, customerNumber),
        inArray(conversations.status, ["new", "open", "waiting", "closed", "archived"]),
      ),
    )
    .orderBy(desc(conversations.lastAt))
    .limit(limit);
}
