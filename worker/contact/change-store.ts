import { getTableColumns, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { mailInsert } from "../mail/store.ts";
import { compile, insertInto } from "../platform/db.ts";
import { countWhen } from "./figures-store.ts";
import type { Conversation } from "./store.ts";
import { contactDays, contactDrafts, contactFiles, conversations, messages } from "./tables.ts";

const p = sql.placeholder;

/** Names the change that a batch makes: all in it happens only if that was made. */
export interface Made extends Record<string, unknown> {
  conversation: string;
  change: string;
}

/** Condition: the change that a batch begins with was made. */
export const isMade: SQL = sql`exists (select 1 from ${conversations}
  where id = ${p("conversation")} and change = ${p("change")})`;

/** What never changes: by what a conversation is known and how it began. */
const FIXED = ["seq", "id", "reference", "channel", "surface", "pageOrigin", "keyHash", "requestHash", "createdAt"];

const columns = Object.entries(getTableColumns(conversations)).filter(
  ([key]) => !FIXED.includes(key) && key !== "version" && key !== "change",
);
const sets = columns.map(([key, column]) => sql`${sql.identifier(column.name)} = ${sql.param(p(key), column)}`);

/** Makes a conversation what the row says, if it is still at the row's version, and names the change; first of its batch. */
export const updateConversation = compile<
  Conversation & Made
>(sql`update ${conversations} set ${sql.join(sets, sql`, `)}, version = version + 1, change = ${p("change")}
  where id = ${p("id")} and version = ${p("version")}`);

export const appendMade = insertInto<typeof ledgerEntries, Made>(ledgerEntries, isMade);
export const insertMessageMade = insertInto<typeof messages, Made>(messages, isMade);
export const insertMailMade = mailInsert<Made>(isMade);

/** Gives files that wait to a message, if the change was made; `files` is a JSON list of ids. Others' and those that were sent stay. */
export const attachFilesMade = compile<{ files: string; message: string } & Made>(sql`update ${contactFiles}
  set message_id = ${p("message")}
  where id in (select value from json_each(${p("files")})) and message_id is null and ${isMade}`);

/** Drops a draft whose answer was sent. */
export const deleteDraftMade = compile<{ member: string } & Made>(sql`delete from ${contactDrafts}
  where conversation_id = ${p("conversation")} and member = ${p("member")} and ${isMade}`);

/** Counts an event in the figures, if the change was made. */
export const countMade = countWhen<Made>(isMade);

/** Under which topic something was counted as come in on a day, and under which it is to be. */
interface Moved extends Made {
  day: string;
  from: string;
  to: string;
}

const isCounted = sql`${contactDays.day} = ${p("day")} and ${contactDays.topicId} = ${p("from")}
  and ${contactDays.event} = 'received' and ${contactDays.count} > 0`;

/** Counts what came in on a day under another topic, if the change was made; goes before it is taken from the one before. */
export const countReceivedAnew = compile<Moved>(sql`insert into ${contactDays} (day, topic_id, event, count, ms, late)
  select ${p("day")}, ${p("to")}, 'received', 1, 0, 0
  where exists (select 1 from ${contactDays} where ${isCounted}) and ${isMade}
  on conflict do update set count = count + 1`);

/** Takes what came in on a day from the topic that it was counted under, if the change was made. */
export const uncountReceived = compile<Moved>(sql`update ${contactDays} set count = count - 1
  where ${isCounted} and ${isMade}`);
