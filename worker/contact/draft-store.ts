import { and, eq, sql } from "drizzle-orm";
import { compile, type Database, type Statement } from "../platform/db.ts";
import { contactDrafts, conversations, messages } from "./tables.ts";

const p = sql.placeholder;

export type Draft = typeof contactDrafts.$inferSelect;

/** A member's own draft in a conversation. */
export async function findDraft(db: Database, conversationId: string, member: string): Promise<Draft | undefined> {
  return db
    .select()
    .from(contactDrafts)
    .where(and(eq(contactDrafts.conversationId, conversationId), eq(contactDrafts.member, member)))
    .get();
}

/** Keeps a draft in the place of the one before, unless its answer was sent already or its conversation is gone. */
export const upsertDraft = compile<Draft & { keyHash: string }>(sql`insert into ${contactDrafts}
    (conversation_id, member, body, version, changed_at)
  select ${p("conversationId")}, ${p("member")}, ${p("body")}, ${p("version")}, ${p("changedAt")}
  where exists (select 1 from ${conversations} where id = ${p("conversationId")})
    and not exists (select 1 from ${messages} where key_hash = ${p("keyHash")})
  on conflict do update set body = excluded.body, version = excluded.version, changed_at = excluded.changed_at`);

/** Throws a member's draft away. */
export function deleteDraft(db: Database, conversationId: string, member: string): Statement {
  return db
    .delete(contactDrafts)
    .where(and(eq(contactDrafts.conversationId, conversationId), eq(contactDrafts.member, member)));
}
