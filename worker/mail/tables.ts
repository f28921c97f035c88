import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** "held" waits for people (a newsletter that is paused); "dropped" will never go, as its reader or its sender no longer wants it. */
export const OUTBOX_STATES = ["queued", "sending", "sent", "dead", "held", "dropped"] as const;

/** Mail that somebody waits for goes ahead of mail that goes to many. */
export const LANES = ["transactional", "bulk"] as const;

/** Condition: a mail is no newsletter. Of those there may be millions; what is looked for among all other mail has an index by this. */
export const IS_NO_NEWSLETTER = sql`template <> 'newsletter.campaign'`;

/** One row per mail, committed with the change that caused it. The text is made when it is sent. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: text().primaryKey(),
    template: text().notNull(),
    recipient: text().notNull(),
    lang: text().notNull(),
    params: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
    state: text({ enum: OUTBOX_STATES }).notNull(),
    lane: text({ enum: LANES }).notNull().default("transactional"),
    attempts: integer().notNull(),
    dueAt: integer("due_at").notNull(),
    leaseUntil: integer("lease_until"),
    createdAt: integer("created_at").notNull(),
    sentAt: integer("sent_at"),
    lastError: text("last_error"),
  },
  (t) => [
    index("outbox_by_state").on(t.state, t.dueAt),
    index("outbox_by_recipient").on(t.recipient, t.createdAt),
    index("outbox_besides_newsletters").on(t.dueAt).where(IS_NO_NEWSLETTER),
  ],
);

/**
 * Why mail to an address stopped, the strongest first: of several the first is shown. "erased" is also how a backup that was
 * restored learns whom to erase.
 */
export const SUPPRESSION_REASONS = ["complained", "staff", "bounced", "left", "erased"] as const;

/**
 * Addresses that get no mail that goes to many ("left", "erased": no newsletter), as keyed hashes, once for each reason: one that ends
 * takes no other with it. They outlive the person's own data, and stand in KV, too, so that they outlive a restored backup. Mail that somebody asked for (a receipt, a link to
 * confirm) still goes to them, but to none that complained.
 */
export const mailSuppressions = sqliteTable(
  "mail_suppressions",
  {
    /** Of who left before there was this list: "subscriber:" and their id, until cron has made the hash. */
    hash: text().notNull(),
    reason: text({ enum: SUPPRESSION_REASONS }).notNull(),
    at: integer().notNull(),
    /** When KV was told; null while that is still to be done. */
    mirroredAt: integer("mirrored_at"),
  },
  (t) => [
    primaryKey({ columns: [t.hash, t.reason] }),
    index("mail_suppressions_to_mirror").on(t.at).where(sql`mirrored_at is null`),
  ],
);

export const RETURN_KINDS = ["hard", "soft", "complaint"] as const;

/** What mail servers said later of mails they had taken: each kind once a mail. The address stands here as a keyed hash. */
export const mailReturns = sqliteTable(
  "mail_returns",
  {
    mailId: text("mail_id").notNull(),
    kind: text({ enum: RETURN_KINDS }).notNull(),
    hash: text().notNull(),
    /** An enhanced status code (RFC 3463), such as 5.1.1; of a complaint its type (RFC 5965). */
    status: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [
    uniqueIndex("mail_returns_once").on(t.mailId, t.kind),
    index("mail_returns_by_address").on(t.hash, t.at),
    index("mail_returns_by_age").on(t.at),
  ],
);
