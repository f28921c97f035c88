import { and, asc, eq, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
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

/** Drops rows of conversations that have lapsed, at most `limit`. */
function dropConversations(db: Database, lapsed: SQL | undefined, limit: number): Statement {
  const first = db.select({ seq: conversations.seq }).from(conversations).where(lapsed).limit(limit);
  return db.delete(conversations).where(inArray(conversations.seq, first));
}

/**
 * Drops conversations whose archive purpose ended by `now`, and spam and what nobody confirmed that came before their moments, at most
 * `limit` of each.
 */
export function sweepConversations(
  db: Database,
  before: { now: number; quarantined: number; unconfirmed: number },
  limit: number,
): Statement[] {
  const { status, lastAt, deleteAt } = conversations;
  return [
    and(lt(deleteAt, before.now), inArray(status, ["closed", "archived"])),
    and(eq(status, "quarantined"), lt(lastAt, before.quarantined)),
    and(eq(status, "unconfirmed"), lt(lastAt, before.unconfirmed)),
  ].map((lapsed) => dropConversations(db, lapsed, limit));
}

/** Moments up to which things are kept, by when they came or were last touched. */
export interface ContactKept {
  drafts: number;
  presence: number;
  files: number;
  arriving: number;
  unreadable: number;
}

/** Drops what was never sent, and mails that nobody could read, at most `limit` of files and of mails. */
export function sweepContact(db: Database, before: ContactKept, limit: number): Statement[] {
  const { id, messageId, createdAt } = contactFiles;
  const files = db
    .select({ id })
    .from(contactFiles)
    .where(and(isNull(messageId), lt(createdAt, before.files)))
    .limit(limit);
  const originals = (state: "arriving" | "unreadable", at: number) =>
    db
      .select({ id: contactOriginals.id })
      .from(contactOriginals)
      .where(and(eq(contactOriginals.state, state), lt(contactOriginals.receivedAt, at)))
      .limit(limit);
  return [
    db.delete(contactDrafts).where(lt(contactDrafts.changedAt, before.drafts)),
    db.delete(contactPresence).where(lt(contactPresence.at, before.presence)),
    db.delete(contactFiles).where(inArray(id, files)),
    db.delete(contactOriginals).where(inArray(contactOriginals.id, originals("arriving", before.arriving))),
    db.delete(contactOriginals).where(inArray(contactOriginals.id, originals("unreadable", before.unreadable))),
  ];
}
