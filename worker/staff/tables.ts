import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { ROLES } from "../platform/access.ts";
import { LANGUAGES } from "../platform/languages.ts";

const SIGN_IN_METHODS = ["link", "passkey"] as const;

/** Who works here. A removed member's row stays a while, so that the ledger's entries still have a name. */
export const staffMembers = sqliteTable(
  "staff_members",
  {
    id: text().primaryKey(),
    email: text().notNull(),
    name: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    lang: text({ enum: LANGUAGES }).notNull(),
    /** Counts the edits: an edit names the version it saw, so that nobody overwrites another's unseen. */
    version: integer().notNull(),
    changedAt: integer("changed_at").notNull(),
    /** The member who made the last edit; null for a command. */
    changedBy: text("changed_by"),
    createdAt: integer("created_at").notNull(),
    /** When they last signed in; null for an invitation still open. */
    signedInAt: integer("signed_in_at"),
    removedAt: integer("removed_at"),
    /** Whether they are mailed that conversations wait, and when they last were. */
    wantsAlerts: integer("wants_alerts", { mode: "boolean" }).notNull().default(false),
    alertedAt: integer("alerted_at"),
  },
  (t) => [uniqueIndex("staff_members_email_unique").on(t.email).where(sql`removed_at is null`)],
);

/** Who is signed in where. Holds the SHA-256 of the cookie, never the cookie; an ended session has no row. */
export const staffSessions = sqliteTable(
  "staff_sessions",
  {
    id: text().primaryKey(),
    hash: text().notNull().unique(),
    memberId: text("member_id")
      .notNull()
      .references(() => staffMembers.id),
    method: text({ enum: SIGN_IN_METHODS }).notNull(),
    /** The passkey that opened it, or was added in it: when that is removed, the session ends. */
    passkeyId: text("passkey_id"),
    /** Browser and system in two words, for the list of one's own sessions. */
    device: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (t) => [index("staff_sessions_by_member").on(t.memberId), index("staff_sessions_by_expiry").on(t.expiresAt)],
);

/** Passkeys (WebAuthn credentials): the public half of each. */
export const staffPasskeys = sqliteTable(
  "staff_passkeys",
  {
    /** The credential id, base64url. */
    id: text().primaryKey(),
    memberId: text("member_id")
      .notNull()
      .references(() => staffMembers.id),
    name: text().notNull(),
    /** COSE key, base64url. */
    publicKey: text("public_key").notNull(),
    /** Signature counter (WebAuthn section 6.1.1); 0 for authenticators that have none. */
    counter: integer().notNull(),
    transports: text({ mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    usedAt: integer("used_at"),
  },
  (t) => [index("staff_passkeys_by_member").on(t.memberId)],
);

/** What a role asks of those who have it. A role without a row asks nothing. */
export const staffRoles = sqliteTable("staff_roles", {
  role: text({ enum: ROLES }).primaryKey(),
  demandsPasskey: integer("demands_passkey", { mode: "boolean" }).notNull(),
  version: integer().notNull(),
  changedAt: integer("changed_at").notNull(),
  changedBy: text("changed_by").notNull(),
});
