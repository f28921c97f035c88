import { and, asc, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import { fewerMailsThan, mailInsert } from "../mail/store.ts";
import { outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { contactOriginals, conversations, messages } from "./tables.ts";

const p = sql.placeholder;

export type Original = typeof contactOriginals.$inferSelect;

export const insertOriginal = insertInto(contactOriginals);

/** Says that a mail's bytes are kept, and who reads it until when. */
export const markReceived = compile<{ id: string; until: number }>(sql`update ${contactOriginals}
  set state = 'received', lease_until = ${p("until")} where id = ${p("id")} and state = 'arriving'`);

/** Drops a mail that has been read; triggers take its bytes. */
export const deleteOriginal = compile<{ id: string }>(
  sql`delete from ${contactOriginals} where id = ${p("id")} and state = 'received'`,
);

/** Says why nobody can read a mail. */
export const markUnreadable = compile<{ id: string; reason: string }>(sql`update ${contactOriginals}
  set state = 'unreadable', reason = ${p("reason")}, lease_until = null where id = ${p("id")} and state = 'received'`);

/** Takes a lease on mails that wait to be read and that nobody holds, those that came first first; counts the try. */
export async function leaseOriginals(db: Database, now: number, until: number, limit: number): Promise<Original[]> {
  const waiting = db
    .select({ id: contactOriginals.id })
    .from(contactOriginals)
    .where(
      and(
        eq(contactOriginals.state, "received"),
        or(isNull(contactOriginals.leaseUntil), lte(contactOriginals.leaseUntil, now)),
      ),
    )
    .orderBy(asc(contactOriginals.receivedAt))
    .limit(limit);
  return db
    .update(contactOriginals)
    .set({ leaseUntil: until, tries: sql`${contactOriginals.tries} + 1` })
    .where(inArray(contactOriginals.id, waiting))
    .returning();
}

/** Mails that nobody could read, the newest first. */
export async function unreadable(db: Database, limit: number): Promise<Original[]> {
  return db
    .select()
    .from(contactOriginals)
    .where(eq(contactOriginals.state, "unreadable"))
    .orderBy(sql`${contactOriginals.receivedAt} desc`)
    .limit(limit);
}

export async function findOriginal(db: Database, id: string): Promise<Original | undefined> {
  return db.select().from(contactOriginals).where(eq(contactOriginals.id, id)).get();
}

/** The conversation that one of these mails of ours was about: answers, and receipts of the last months. */
export async function conversationOfMails(db: Database, mailIds: readonly string[]): Promise<string | undefined> {
  if (mailIds.length === 0) return undefined;
  const ids = sql`(select value from json_each(${JSON.stringify(mailIds)}))`;
  const found = await db.get<{ id: string } | undefined>(sql`
    select conversation_id as id from ${messages} where mail_id in ${ids}
    union all
    select params ->> 'conversation' as id from ${outbox} where id in ${ids} and template like 'contact.%' limit 1`);
  return found?.id ?? undefined;
}

/** What a mail that is acknowledged must not go beyond. */
interface Caps extends Record<string, unknown> {
  conversation: string;
  /** Of receipts to one address since `since`, and of those for mails to all since `hour`. */
  most: number;
  since: number;
  mostInAll: number;
  hour: number;
}

/**
 * Adds the receipt for a mail, if its conversation is new and neither its address nor all together had their fill of receipts: two
 * programs that answer each other end here.
 */
export const insertMailReceipt = mailInsert<Caps>(sql`
  exists (select 1 from ${conversations} where id = ${p("conversation")} and status = 'new')
  and ${fewerMailsThan(p("most"), p("template"))}
  and (select count(*) from (select 1 from ${outbox} where template = ${p("template")} and template <> 'newsletter.campaign'
    and due_at > ${p("hour")} and params ->> 'message' is not null limit ${p("mostInAll")})) < ${p("mostInAll")}`);
