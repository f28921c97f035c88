import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { InventorySnapshot } from "../platform/inventory.ts";

export const SIGNIFICANCE = ["minor", "significant"] as const;

/** A published version. Triggers refuse every later change. Dates are local calendar days, YYYY-MM-DD. */
export const policyVersions = sqliteTable("policy_versions", {
  date: text().primaryKey(),
  effective: text().notNull(),
  significance: text({ enum: SIGNIFICANCE }).notNull(),
  noticeUntil: text("notice_until").notNull(),
  publishedAt: integer("published_at").notNull(),
  /** What the inventory said on that day; null for versions that were loaded as history. */
  inventory: text({ mode: "json" }).$type<InventorySnapshot>(),
});

/**
 * The text of a version in one language, with the SHA-256 of its Markdown. Rows are written before their version
 * (so no foreign key): once the version stands, a trigger refuses a further language.
 */
export const policyTexts = sqliteTable(
  "policy_texts",
  {
    date: text().notNull(),
    lang: text().notNull(),
    title: text().notNull(),
    summary: text().notNull(),
    markdown: text().notNull(),
    sha256: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.date, t.lang] })],
);

export const DRAFT_STATES = ["draft", "review", "scheduled"] as const;

/** A text of a version while it can still change. */
export interface DraftText {
  title: string;
  summary: string;
  markdown: string;
}

/** A version that is being written: dropped when it is published. Dates are null until somebody chooses them. */
export const policyDrafts = sqliteTable("policy_drafts", {
  id: text().primaryKey(),
  state: text({ enum: DRAFT_STATES }).notNull(),
  date: text(),
  effective: text(),
  /** Null for as long as usual after it takes effect. */
  noticeUntil: text("notice_until"),
  significance: text({ enum: SIGNIFICANCE }).notNull(),
  texts: text({ mode: "json" }).$type<Record<string, DraftText>>().notNull(),
  /** Counts the changes: who saves what is based on an older one is told so. */
  version: integer().notNull(),
  createdAt: integer("created_at").notNull(),
  /** "staff:" or "key:" and an id. */
  createdBy: text("created_by").notNull(),
  changedAt: integer("changed_at").notNull(),
  /** Who wrote the text last; moving it on is no writing. */
  changedBy: text("changed_by").notNull(),
  /** Who scheduled it. */
  approvedBy: text("approved_by"),
  /** Why cron could not publish it: a code. */
  fault: text(),
});

export const RUN_STATES = ["running", "paused", "done"] as const;

/**
 * Telling every customer of a significant version by mail. `cursor` is the `seq` of the last customer who was taken up:
 * who joins later has a higher one. A run stays open until the version takes effect.
 */
export const noticeRuns = sqliteTable("notice_runs", {
  date: text()
    .primaryKey()
    .references(() => policyVersions.date),
  state: text({ enum: RUN_STATES }).notNull(),
  cursor: integer().notNull(),
  /** How many customers have been taken up. */
  taken: integer().notNull(),
  /** When the next page of customers is due, so that mails go out at no more than NOTICE_RATE a minute. */
  nextAt: integer("next_at").notNull(),
  startedAt: integer("started_at").notNull(),
  finishedAt: integer("finished_at"),
});

export const NOTICE_MAIL_STATES = ["due", "sent", "failed", "suppressed"] as const;

/** The mail to one customer about one version: due, and what came of it. */
export const noticeMails = sqliteTable(
  "notice_mails",
  {
    date: text()
      .notNull()
      .references(() => policyVersions.date),
    customerNumber: text("customer_number").notNull(),
    /** Its row in the outbox; null when mail to the address is suppressed. */
    mailId: text("mail_id").unique(),
    state: text({ enum: NOTICE_MAIL_STATES }).notNull(),
    dueAt: integer("due_at").notNull(),
    sentAt: integer("sent_at"),
    failedAt: integer("failed_at"),
    /** Why it was not sent, in our own words: "SMTP 550", "staff". */
    reason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.date, t.customerNumber] }),
    index("notice_mails_by_state").on(t.date, t.state, t.customerNumber),
    index("notice_mails_by_customer").on(t.customerNumber),
  ],
);

/** When a control panel first showed a customer a notice. */
export const noticeShowings = sqliteTable(
  "notice_showings",
  {
    customerNumber: text("customer_number").notNull(),
    date: text()
      .notNull()
      .references(() => policyVersions.date),
    surface: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.customerNumber, t.date] }), index("notice_showings_by_date").on(t.date, t.at)],
);

/** A customer's acknowledgement of a notice, given in a control panel. */
export const acknowledgements = sqliteTable(
  "acknowledgements",
  {
    customerNumber: text("customer_number").notNull(),
    date: text()
      .notNull()
      .references(() => policyVersions.date),
    surface: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.customerNumber, t.date] }), index("acknowledgements_by_date").on(t.date, t.at)],
);
