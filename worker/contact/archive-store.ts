import { and, asc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import { compile, type Database, type Statement } from "../platform/db.ts";
import type { Matter } from "./store.ts";
import {
  contactDrafts,
  contactFiles,
  contactOriginals,
  contactPresence,
  contactTopics,
  conversations,
} from "./tables.ts";

const p = sql.placeholder;

/** Conversations that have waited for their person since before `since`, those that waited longest first, at most `limit`. */
export async function forgotten(db: Database, since: number, limit: number): Promise<Matter[]> {
  return db
    .select({ conversation: conversations, topic: contactTopics })
    .from(conversations)
    .leftJoin(contactTopics, eq(contactTopics.id, conversations.topicId))
    .where(and(eq(conversations.status, "waiting"), lt(conversations.lastAt, since)))
    .orderBy(asc(conversations.lastAt))
    .limit(limit);
}

/** Puts what was closed before `before` into the archive, at most `limit`. */
export const archiveClosed = compile<{ before: number; now: number; limit: number }>(sql`update ${conversations}
  set status = 'archived', archived_at = ${p("now")}, version = version + 1, change = null
  where seq in (select seq from ${conversations} where status = 'closed' and last_at < ${p("before")}
    and +closed_at < ${p("before")} limit ${p("limit")})`);

/** Moments up to which things are kept, by when they were written, closed or last touched. */
export interface ContactKept {
  now: number;
  unconfirmed: number;
  quarantined: number;
  drafts: number;
  presence: number;
  files: number;
  arriving: number;
  unreadable: number;
}

/** Drops what has lapsed, at most `limit` of each: conversations whose archive purpose ended, spam, and what was never sent or confirmed. */
export function sweepContact(db: Database, before: ContactKept, limit: number): Statement[] {
  const conversationsWhere = (lapsed: SQL | undefined) =>
    db
      .delete(conversations)
      .where(
        inArray(
          conversations.seq,
          db.select({ seq: conversations.seq }).from(conversations).where(lapsed).limit(limit),
        ),
      );
  const originalsWhere = (state: "arriving" | "unreadable", at: number) =>
    db.delete(contactOriginals).where(
      inArray(
        contactOriginals.id,
        db
          .select({ id: contactOriginals.id })
          .from(contactOriginals)
          .where(and(eq(contactOriginals.state, state), lt(contactOriginals.receivedAt, at)))
          .limit(limit),
      ),
    );
  const { status, lastAt } = conversations;
  return [
    conversationsWhere(lt(conversations.deleteAt, before.now)),
    conversationsWhere(and(eq(status, "unconfirmed"), lt(lastAt, before.unconfirmed))),
    conversationsWhere(and(eq(status, "quarantined"), lt(lastAt, before.quarantined))),
    db.delete(contactDrafts).where(lt(contactDrafts.changedAt, before.drafts)),
    db.delete(contactPresence).where(lt(contactPresence.at, before.presence)),
    db.delete(contactFiles).where(
      inArray(
        contactFiles.id,
        db
          .select({ id: contactFiles.id })
          .from(contactFiles)
          .where(and(sql`${contactFiles.messageId} is null`, lt(contactFiles.createdAt, before.files)))
          .limit(limit),
      ),
    ),
    originalsWhere("arriving", before.arriving),
    originalsWhere("unreadable", before.unreadable),
  ];
}
