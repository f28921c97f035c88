import { and, asc, eq, gte, ne, sql } from "drizzle-orm";
import { compile, type Database } from "../platform/db.ts";
import { contactPresence, conversations } from "./tables.ts";

const p = sql.placeholder;

export type Presence = typeof contactPresence.$inferSelect;

/** Says that a member looks at a conversation, or writes in it, if it is there. */
export const upsertPresence = compile<
  Omit<Presence, "isWriting"> & { isWriting: number }
>(sql`insert into ${contactPresence}
    (conversation_id, member, is_writing, at)
  select ${p("conversationId")}, ${p("member")}, ${p("isWriting")}, ${p("at")}
  where exists (select 1 from ${conversations} where id = ${p("conversationId")})
  on conflict do update set is_writing = excluded.is_writing, at = excluded.at`);

/** Who else was here since `since`. */
export async function othersHere(
  db: Database,
  conversationId: string,
  member: string,
  since: number,
): Promise<Presence[]> {
  const { at } = contactPresence;
  return db
    .select()
    .from(contactPresence)
    .where(and(eq(contactPresence.conversationId, conversationId), ne(contactPresence.member, member), gte(at, since)))
    .orderBy(asc(contactPresence.member));
}
