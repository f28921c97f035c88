import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row per link that a mail carries. Holds the SHA-256 of the token, never the token. */
export const tokens = sqliteTable(
  "tokens",
  {
    id: text().primaryKey(),
    purpose: text().notNull(),
    hash: text().notNull(),
    subject: text().notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (t) => [
    index("tokens_by_expiry").on(t.expiresAt),
    index("tokens_of_staff").on(t.subject).where(sql`purpose in ('staff.invite', 'staff.sign-in')`),
  ],
);

/** Proof-of-work challenges that were handed in, so that each counts once. */
export const spentChallenges = sqliteTable(
  "spent_challenges",
  {
    hash: text().primaryKey(),
    expiresAt: integer("expires_at").notNull(),
  },
  (t) => [index("spent_challenges_by_expiry").on(t.expiresAt)],
);

/** API keys: the SHA-256 of each, its scopes, who made it, and when it was last used (to the hour) and revoked. */
export const apiKeys = sqliteTable("api_keys", {
  id: text().primaryKey(),
  name: text().notNull(),
  hash: text().notNull().unique(),
  scopes: text({ mode: "json" }).$type<string[]>().notNull(),
  createdAt: integer("created_at").notNull(),
  /** The staff member who made it; null for a key made by command. */
  createdBy: text("created_by"),
  usedAt: integer("used_at"),
  revokedAt: integer("revoked_at"),
});

/** What cron does, a row for each task: when it last ran, when it last went well, and what went wrong since. */
export const cronTasks = sqliteTable("cron_tasks", {
  name: text().primaryKey(),
  ranAt: integer("ran_at").notNull(),
  succeededAt: integer("succeeded_at"),
  error: text(),
});
