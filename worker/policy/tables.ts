import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const SIGNIFICANCE = ["minor", "significant"] as const;

/** A published version. Triggers refuse every later change. Dates are local calendar days, YYYY-MM-DD. */
export const policyVersions = sqliteTable("policy_versions", {
  date: text().primaryKey(),
  effective: text().notNull(),
  significance: text({ enum: SIGNIFICANCE }).notNull(),
  noticeUntil: text("notice_until").notNull(),
  publishedAt: integer("published_at").notNull(),
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
  (t) => [primaryKey({ columns: [t.customerNumber, t.date] })],
);
