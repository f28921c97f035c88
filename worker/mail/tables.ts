import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const OUTBOX_STATES = ["queued", "sending", "sent", "dead"] as const;

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
    attempts: integer().notNull(),
    dueAt: integer("due_at").notNull(),
    leaseUntil: integer("lease_until"),
    createdAt: integer("created_at").notNull(),
    sentAt: integer("sent_at"),
    lastError: text("last_error"),
  },
  (t) => [index("outbox_by_state").on(t.state, t.dueAt), index("outbox_by_recipient").on(t.recipient, t.createdAt)],
);

/** Who stopped mail to an address. */
export const SUPPRESSION_REASONS = ["staff"] as const;

/**
 * Addresses that get no mail that goes to many, as keyed hashes: they outlive the person's own data. Mail that somebody
 * asked for (a receipt, a link to confirm or to sign in) still goes to them.
 */
export const mailSuppressions = sqliteTable("mail_suppressions", {
  hash: text().primaryKey(),
  reason: text({ enum: SUPPRESSION_REASONS }).notNull(),
  at: integer().notNull(),
});
