import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Language } from "../platform/languages.ts";

/**
 * "unconfirmed" came by a plain form and waits for a click in a mail; "quarantined" may be spam; "new" nobody answered yet; "open"
 * waits for us; "waiting" for them; "closed" is handled, and "archived" is kept for later help alone.
 */
export const CONVERSATION_STATES = [
  "unconfirmed",
  "quarantined",
  "new",
  "open",
  "waiting",
  "closed",
  "archived",
] as const;

/** Which way words came: a form of ours, a mail, the private page of a conversation, or the admin ("desk"). */
export const CHANNELS = ["widget", "panel", "form", "mail", "page", "desk"] as const;

export const CLOSE_REASONS = ["solved", "no-answer", "by-person", "duplicate", "not-for-us"] as const;

/** Why a conversation may be spam. */
export const QUARANTINE_REASONS = ["staff", "blocked", "automatic", "hasty"] as const;

/** One matter that somebody wrote about. */
export const conversations = sqliteTable(
  "conversations",
  {
    /** Its place among all; what lists end with and the search is filled by. */
    seq: integer().primaryKey(),
    id: text().notNull().unique(),
    reference: text().notNull().unique(),
    status: text({ enum: CONVERSATION_STATES }).notNull(),
    email: text().notNull(),
    name: text(),
    subject: text(),
    customerNumber: text("customer_number"),
    lang: text().notNull(),
    /** By which way it began. */
    channel: text({ enum: CHANNELS }).notNull().default("widget"),
    /** Empty of what came by mail. */
    surface: text().notNull(),
    pageOrigin: text("page_origin"),
    /** Keyed hashes of the sender's Idempotency-Key and of what was sent with it: a retry is known, another message is not. */
    keyHash: text("key_hash").unique(),
    requestHash: text("request_hash").notNull(),
    topicId: text("topic_id").references(() => contactTopics.id),
    /** The member of staff who takes care of it. */
    assignee: text(),
    /** The conversation that somebody else's reply to made this one. */
    linkedTo: text("linked_to"),
    quarantinedFor: text("quarantined_for", { enum: QUARANTINE_REASONS }),
    /** Counts the changes: one that is based on another than the last is refused. */
    version: integer().notNull().default(1),
    /** Made anew by each change, so that what is committed with a change can tell whether it was made. */
    change: text(),
    createdAt: integer("created_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    /** When somebody last wrote. */
    lastAt: integer("last_at").notNull().default(0),
    /** Until when it should be answered, or solved once it was answered; null when it is not our turn. */
    dueAt: integer("due_at"),
    /** Since when we wait for them, and for how long we did before that, in milliseconds of working time. */
    waitingSince: integer("waiting_since"),
    waitedMs: integer("waited_ms").notNull().default(0),
    /** Working time until the first answer, and until it was closed without that of waiting for them. */
    firstResponseMs: integer("first_response_ms"),
    resolvedMs: integer("resolved_ms"),
    closedAt: integer("closed_at"),
    closeReason: text("close_reason", { enum: CLOSE_REASONS }),
    archivedAt: integer("archived_at"),
    /** When the archive purpose ends; known from closing on. */
    deleteAt: integer("delete_at"),
  },
  (t) => [
    index("conversations_by_status").on(t.status, t.lastAt),
    index("conversations_due").on(t.status, t.dueAt).where(sql`due_at is not null`),
    index("conversations_assigned").on(t.assignee, t.status, t.lastAt).where(sql`assignee is not null`),
    index("conversations_of_topic").on(t.topicId, t.status, t.lastAt).where(sql`topic_id is not null`),
    // Of one person there may be thousands, nearly all of them archived: their status is known before a row is read.
    index("conversations_by_email").on(t.email, t.lastAt, t.status),
    index("conversations_by_customer").on(t.customerNumber, t.lastAt, t.status).where(sql`customer_number is not null`),
    index("conversations_to_delete").on(t.deleteAt).where(sql`delete_at is not null`),
  ],
);

/** What is to be known of a message beside its words: which checks of its sender failed, why it is no person's, that it was cut. */
export interface Marks {
  failed?: readonly ("spf" | "dkim" | "dmarc")[];
  automatic?: string;
  isCut?: true;
}

/** One message in a conversation. */
export const messages = sqliteTable(
  "messages",
  {
    seq: integer().primaryKey(),
    id: text().notNull().unique(),
    conversationId: text("conversation_id")
      .notNull()
      .references(() => conversations.id),
    channel: text({ enum: CHANNELS }).notNull(),
    /** Who of ours wrote it ("staff:" or "key:" and an id); null for the person. */
    author: text(),
    body: text().notNull(),
    /** Where in the body nothing but quotes and a signature follows. */
    quotedFrom: integer("quoted_from"),
    marks: text({ mode: "json" }).$type<Marks>(),
    /** Of a mail that came in: its Message-ID, so that ours can say what it answers. */
    messageId: text("message_id"),
    /** Of a mail that goes out: its row in the outbox. */
    mailId: text("mail_id").unique(),
    /** As of a conversation; of a mail, a keyed hash of all it says, so that one that comes again is known. */
    keyHash: text("key_hash").unique(),
    requestHash: text("request_hash"),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("messages_by_conversation").on(t.conversationId, t.createdAt)],
);

/** Why a file was not kept. */
export const FILE_REFUSALS = ["too-large", "too-many", "dangerous", "empty"] as const;

/** Files that came with messages. Their bytes stand in R2 by their id, written after this row and before the message's. */
export const contactFiles = sqliteTable(
  "contact_files",
  {
    id: text().primaryKey(),
    /** Null until the message is sent that it belongs to. */
    messageId: text("message_id").references(() => messages.id),
    name: text().notNull(),
    /** By its content. */
    type: text().notNull(),
    /** In bytes. */
    size: integer().notNull(),
    sha256: text().notNull(),
    refused: text({ enum: FILE_REFUSALS }),
    keyHash: text("key_hash").unique(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    index("contact_files_of_message").on(t.messageId).where(sql`message_id is not null`),
    index("contact_files_waiting").on(t.createdAt).where(sql`message_id is null`),
  ],
);

/** "arriving" until its bytes are in R2, "received" until it is read; then its row goes, or says why nobody could read it. */
export const ORIGINAL_STATES = ["arriving", "received", "unreadable"] as const;

/** Mails as they came in. Each is kept until what it says is committed. */
export const contactOriginals = sqliteTable(
  "contact_originals",
  {
    id: text().primaryKey(),
    state: text({ enum: ORIGINAL_STATES }).notNull(),
    envelopeFrom: text("envelope_from").notNull(),
    envelopeTo: text("envelope_to").notNull(),
    size: integer().notNull(),
    /** A code of ours. */
    reason: text(),
    tries: integer().notNull().default(0),
    receivedAt: integer("received_at").notNull(),
    /** The hand that holds it lets go by then. */
    leaseUntil: integer("lease_until"),
  },
  (t) => [index("contact_originals_by_state").on(t.state, t.receivedAt)],
);

/** What was in R2 and is to go from there, by its key; triggers put it here when its row goes. */
export const contactDroppedFiles = sqliteTable("contact_dropped_files", { key: text().primaryKey() });

/** What conversations are about, with how soon they should be answered and how long they are kept. One that is removed keeps its figures. */
export const contactTopics = sqliteTable("contact_topics", {
  id: text().primaryKey(),
  names: text({ mode: "json" }).$type<Readonly<Record<Language, string>>>().notNull(),
  /** Targets in hours of working time. */
  firstHours: integer("first_hours").notNull(),
  solvedHours: integer("solved_hours").notNull(),
  /** How long the archive keeps what was closed, in months: 24 at most, as the inventory says. */
  retentionMonths: integer("retention_months").notNull(),
  version: integer().notNull(),
  changedAt: integer("changed_at").notNull(),
  changedBy: text("changed_by").notNull(),
  removedAt: integer("removed_at"),
});

/** What members of staff say to each other about a conversation. */
export const contactNotes = sqliteTable(
  "contact_notes",
  {
    id: text().primaryKey(),
    conversationId: text("conversation_id")
      .notNull()
      .references(() => conversations.id),
    author: text().notNull(),
    body: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("contact_notes_of_conversation").on(t.conversationId, t.createdAt)],
);

/** An answer that a member of staff has not sent yet. */
export const contactDrafts = sqliteTable(
  "contact_drafts",
  {
    conversationId: text("conversation_id")
      .notNull()
      .references(() => conversations.id),
    member: text().notNull(),
    body: text().notNull(),
    /** The version of the conversation that it is based on. */
    version: integer().notNull(),
    changedAt: integer("changed_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.member] }), index("contact_drafts_by_age").on(t.changedAt)],
);

/** Who looks at a conversation now, or writes in it. */
export const contactPresence = sqliteTable(
  "contact_presence",
  {
    conversationId: text("conversation_id").notNull(),
    member: text().notNull(),
    isWriting: integer("is_writing", { mode: "boolean" }).notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.member] }), index("contact_presence_by_age").on(t.at)],
);

/** Answers that are given often, by language, with fields of the closed list in answer-fields.ts. */
export const contactAnswers = sqliteTable(
  "contact_answers",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    texts: text({ mode: "json" }).$type<Partial<Readonly<Record<Language, string>>>>().notNull(),
    version: integer().notNull(),
    changedAt: integer("changed_at").notNull(),
    changedBy: text("changed_by").notNull(),
  },
  (t) => [uniqueIndex("contact_answers_name_unique").on(t.name)],
);

/** Addresses, and domains without "@", whose messages go to quarantine. */
export const contactBlocks = sqliteTable("contact_blocks", {
  sender: text().primaryKey(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
});

/** What the figures count: conversations that came, first answers, answers, and closings. */
export const DAY_EVENTS = ["received", "answered", "sent", "closed"] as const;

/** Figures by day and topic, without persons: they stay when conversations go. */
export const contactDays = sqliteTable(
  "contact_days",
  {
    /** YYYY-MM-DD in the deployment's time zone. */
    day: text().notNull(),
    /** Empty without a topic. */
    topicId: text("topic_id").notNull(),
    event: text({ enum: DAY_EVENTS }).notNull(),
    count: integer().notNull(),
    /** Working time together, of "answered" and "closed". */
    ms: integer().notNull(),
    /** How many were over their target. */
    late: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.topicId, t.event] })],
);
