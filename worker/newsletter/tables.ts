import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const SUBSCRIBER_STATES = ["pending", "active", "left"] as const;

/** One row per address that asked for the newsletter. Only a confirmed signup makes it active. */
export const subscribers = sqliteTable(
  "subscribers",
  {
    id: text().primaryKey(),
    email: text().notNull().unique(),
    status: text({ enum: SUBSCRIBER_STATES }).notNull(),
    lang: text().notNull(),
    topics: text({ mode: "json" }).$type<string[]>().notNull(),
    requestedAt: integer("requested_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    leftAt: integer("left_at"),
  },
  (t) => [index("subscribers_pending").on(t.requestedAt).where(sql`status = 'pending'`)],
);

/** The first step of a double opt-in: what was asked, where, and under which words. */
export const signups = sqliteTable(
  "signups",
  {
    id: text().primaryKey(),
    subscriberId: text("subscriber_id")
      .notNull()
      .references(() => subscribers.id),
    lang: text().notNull(),
    topics: text({ mode: "json" }).$type<string[]>().notNull(),
    wording: text(),
    policyDate: text("policy_date"),
    surface: text().notNull(),
    pageOrigin: text("page_origin"),
    requestedAt: integer("requested_at").notNull(),
    confirmedAt: integer("confirmed_at"),
  },
  (t) => [
    index("signups_by_subscriber").on(t.subscriberId, t.requestedAt),
    index("signups_by_age").on(t.confirmedAt, t.requestedAt),
  ],
);
