import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** "unconfirmed" came by a plain form and waits for a click in a mail; "new" counts. */
export const CONVERSATION_STATES = ["unconfirmed", "new"] as const;
export const CHANNELS = ["widget", "panel", "form"] as const;

/** One matter that somebody wrote about. */
export const conversations = sqliteTable(
  "conversations",
  {
    id: text().primaryKey(),
    reference: text().notNull().unique(),
    status: text({ enum: CONVERSATION_STATES }).notNull(),
    email: text().notNull(),
    name: text(),
    subject: text(),
    customerNumber: text("customer_number"),
    lang: text().notNull(),
    surface: text().notNull(),
    pageOrigin: text("page_origin"),
    /** Keyed hashes of the sender's Idempotency-Key and of what was sent with it: a retry is known, another message is not. */
    keyHash: text("key_hash").unique(),
    requestHash: text("request_hash").notNull(),
    createdAt: integer("created_at").notNull(),
    confirmedAt: integer("confirmed_at"),
  },
  (t) => [index("conversations_unconfirmed").on(t.createdAt).where(sql`status = 'unconfirmed'`)],
);

/** One message in a conversation. */
export const messages = sqliteTable(
  "messages",
  {
    id: text().primaryKey(),
    conversationId: text("conversation_id")
      .notNull()
      .references(() => conversations.id),
    channel: text({ enum: CHANNELS }).notNull(),
    body: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("messages_by_conversation").on(t.conversationId, t.createdAt)],
);
