import { and, asc, desc, eq, inArray, isNull, ne, or, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { type ContactFile, filesQuery, waitingQuery } from "./files-store.ts";
import { type Conversation, isMeant, type Matter, type Message, matterOf, matterQueries, type Which } from "./store.ts";
import { contactFiles, contactNotes, conversations, messages } from "./tables.ts";

export type Note = typeof contactNotes.$inferSelect;

/** A message with the files that came with it. */
export interface ThreadMessage extends Message {
  files: readonly ContactFile[];
}

/** Messages of a conversation, the oldest first. */
export interface MessagePage {
  messages: readonly ThreadMessage[];
  /** The place of the oldest of them, when there are older ones. */
  before: number | null;
  /** When the message before them was written. */
  since: number | null;
}

/** What part of a conversation's messages is asked for: the newest `most` of those before a place. */
interface Part {
  most?: number;
  before?: number | null;
}

/** More than a conversation of people has. */
export const MESSAGES_AT_MOST = 200;

/** The queries for messages of the conversation that is meant, and for their files. `pageOf` makes a page of what they find. */
function pageQueries(db: Database, which: Which, { most = MESSAGES_AT_MOST, before = null }: Part) {
  const { id, seq, createdAt, conversationId } = messages;
  const meant = sql`${conversationId} = (select id from ${conversations} where ${isMeant(which)})`;
  // The place of another's message is as good as none: nobody learns of it.
  const place = sql`select ${createdAt}, ${seq} from ${messages} where ${seq} = ${before} and ${meant}`;
  const older = sql`(${createdAt}, ${seq}) < (${place})`;
  const where = before === null ? meant : and(meant, older);
  const newest = sql`select ${id} from ${messages} where ${where} order by ${createdAt} desc, ${seq} desc limit ${most}`;
  return [
    db
      .select()
      .from(messages)
      .where(where)
      .orderBy(desc(createdAt), desc(seq))
      .limit(most + 1),
    filesQuery(db, newest),
  ] as const;
}

function pageOf(
  found: readonly Message[],
  files: readonly ContactFile[],
  { most = MESSAGES_AT_MOST }: Part,
): MessagePage {
  const newest = found.slice(0, most);
  return {
    messages: newest
      .map((message) => ({ ...message, files: files.filter(({ messageId }) => messageId === message.id) }))
      .reverse(),
    before: found.length > most ? (newest.at(-1)?.seq ?? null) : null,
    since: found[most]?.createdAt ?? null,
  };
}

/** Messages of a conversation with their files, in one round trip. */
export async function threadOf(db: Database, which: Which, part: Part = {}): Promise<MessagePage> {
  const [found, files] = await db.batch(pageQueries(db, which, part));
  return pageOf(found, files, part);
}

/** A conversation with a page of its messages, and those of `sent` (ids of files) that wait for one more. */
interface WholeThread extends Matter, MessagePage {
  waiting: readonly ContactFile[];
}

/** Finds a conversation with all that its page shows, in one round trip. */
export async function findThread(
  db: Database,
  which: Which,
  { sent = [], ...part }: Part & { sent?: readonly string[] } = {},
): Promise<WholeThread | undefined> {
  const queries = [...matterQueries(db, which), ...pageQueries(db, which, part), waitingQuery(db, sent)] as const;
  const [one, topics, found, files, waiting] = await db.batch(queries);
  const matter = matterOf(one, topics);
  return matter && { ...matter, ...pageOf(found, files, part), waiting };
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
  const { seq, createdAt, conversationId } = found.message;
  const [[theirs = null], files] = await db.batch([
    db
      .select()
      .from(messages)
      .where(
        and(
          eq(messages.conversationId, conversationId),
          isNull(messages.author),
          sql`(${messages.createdAt}, ${messages.seq}) < (${createdAt}, ${seq})`,
        ),
      )
      .orderBy(desc(messages.createdAt), desc(messages.seq))
      .limit(1),
    filesQuery(db, sql`${messageId}`),
  ]);
  return { ...found, theirs, files };
}

/** The Message-ID of a mail that came in, by the id of its message; null when it had none, or is gone. */
export async function findMessageId(db: Database, id: string): Promise<string | null> {
  const found = await db.select({ messageId: messages.messageId }).from(messages).where(eq(messages.id, id)).get();
  return found?.messageId ?? null;
}

/** A file of a conversation that was kept; of any other there is none. */
export async function findFileOf(db: Database, conversationId: string, fileId: string) {
  const found = await db
    .select({ file: contactFiles })
    .from(contactFiles)
    .innerJoin(messages, eq(messages.id, contactFiles.messageId))
    .where(and(eq(contactFiles.id, fileId), eq(messages.conversationId, conversationId), isNull(contactFiles.refused)))
    .get();
  return found?.file;
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
