import { and, desc, eq, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { contactOriginals, conversations, messages } from "./tables.ts";

const p = sql.placeholder;

/** Characters of the first message that the list shows. */
const SHOWN = 200;

/** What the list of quarantine knows of a conversation. */
export type Quarantined = Awaited<ReturnType<typeof listQuarantined>>["found"][number];

/** Conversations in quarantine, the newest first, at most `limit`, from the one after the place `after` ("time.place") on. */
export async function listQuarantined(db: Database, after: string | null, limit: number) {
  const { seq, id, reference, email, name, subject, quarantinedFor, lastAt } = conversations;
  const [time, place] = (after ?? "").split(".").map(Number);
  const past = after === null ? undefined : sql`(${lastAt}, ${seq}) < (${time}, ${place})`;
  const first = sql<string | null>`(select substr(m.body, 1, ${SHOWN}) from ${messages} m
    where m.conversation_id = ${conversations}.id order by m.created_at, m.seq limit 1)`;
  const rows = await db
    .select({ ...{ seq, id, reference, email, name, subject, quarantinedFor, lastAt }, first })
    .from(conversations)
    .where(and(eq(conversations.status, "quarantined"), past))
    .orderBy(desc(lastAt), desc(seq))
    .limit(limit + 1);
  const found = rows.slice(0, limit);
  const last = found.at(-1);
  return { found, next: rows.length > limit && last ? `${last.lastAt}.${last.seq}` : null };
}

const isQuarantined = sql`exists (select 1 from ${conversations}
  where id = ${p("conversation")} and status = 'quarantined')`;

/** Enters that a conversation is erased, if it is in quarantine; goes before it. */
export const appendSpamErased = insertInto<typeof ledgerEntries, { conversation: string }>(
  ledgerEntries,
  isQuarantined,
);

/** Drops a conversation that is in quarantine; triggers take all that hangs on it. */
export const deleteQuarantined = compile<{ conversation: string }>(
  sql`delete from ${conversations} where id = ${p("conversation")} and status = 'quarantined'`,
);

const isUnreadable = sql`exists (select 1 from ${contactOriginals} where id = ${p("original")} and state = 'unreadable')`;

/** Enters that an unreadable mail was fetched, if it is there. */
export const appendOriginalRead = insertInto<typeof ledgerEntries, { original: string }>(ledgerEntries, isUnreadable);

/** Drops a mail that nobody could read; triggers take its bytes. */
export const deleteUnreadable = compile<{ original: string }>(
  sql`delete from ${contactOriginals} where id = ${p("original")} and state = 'unreadable'`,
);
