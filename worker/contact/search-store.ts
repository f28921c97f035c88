import { and, eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { compile, conflictOn, type Database } from "../platform/db.ts";
import {
  beginningOf,
  hasWords,
  matchOf,
  type SearchWords,
  searchWords,
  withoutBeginning,
} from "../platform/search-words.ts";
import type { Conversation } from "./store.ts";
import { conversations, messages } from "./tables.ts";

/** Messages of the index that are looked at for one page, and of those that are not in it yet. */
const WALKED = 5_000;
const LOOKED_AT = 500;
/** Of so many messages, the newest, as many as this have what is common. */
const SAMPLE = 100;
const COMMON = 25;
/** Messages that are found for each conversation of a page: it may have more than one with the words. */
const EACH = 4;

/** What is searched for, and among which. */
export interface ConversationQuery {
  text: string;
  statuses: readonly Conversation["status"][];
  /** Null asks for those of nobody, or without a topic. */
  assignee?: string | null;
  topicId?: string | null;
  email?: string;
  customerNumber?: string;
}

/** What a search has found. */
export interface FoundConversations {
  /** The one whose message is the newest first. */
  found: Conversation[];
  /** What the next page comes after; null when there is none. A page may have fewer than were asked for, and a next one. */
  next: number | null;
  /** When a page looked at all that it may look at: until when that went back. There may be more behind it. */
  lookedTo: number | null;
}

/** A message that has the words, by its place, with the place of its conversation. */
interface Hit {
  seq: number;
  conversation: number;
}

interface Texts {
  people: string;
  words: string;
}

/** What was found along a way, the newest first, and the place at which looking ended, if there is more behind it. */
interface Walked<Found extends Hit = Hit> {
  hits: Found[];
  edge: number | null;
  /** Whether it ended for having looked at so many. */
  isTired: boolean;
}

/** What is kept of a message in the index, as the view contact_texts has it: who wrote, and what. */
const PEOPLE = sql`${conversations.email} || ' ' || coalesce(${conversations.name}, '') || ' '
  || coalesce(${conversations.customerNumber}, '') || ' ' || ${conversations.reference}`;
const WORDS = sql`coalesce(${conversations.subject}, '') || ' ' || substr(${messages.body}, 1, 20000)`;

const isOneOf = (column: SQLWrapper, list: readonly (string | number)[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(list)}))`;

/** Condition: a conversation is among those that are asked for. */
function isAmong({ statuses, assignee, topicId, email, customerNumber }: ConversationQuery): SQL | undefined {
  return and(
    isOneOf(conversations.status, statuses),
    assignee === undefined ? undefined : sql`${conversations.assignee} is ${assignee}`,
    topicId === undefined ? undefined : sql`${conversations.topicId} is ${topicId}`,
    email === undefined ? undefined : eq(conversations.email, email),
    customerNumber === undefined ? undefined : eq(conversations.customerNumber, customerNumber),
  );
}

/**
 * The conversations that have all words in one message, or in who it is from, at most `limit`: those whose newest such message is
 * older than the place `after`. A page looks at some thousand messages and no further.
 */
export async function searchConversations(
  db: Database,
  query: ConversationQuery,
  after: number | null,
  limit: number,
): Promise<FoundConversations> {
  const words = searchWords(query.text);
  if (words.length === 0) return { found: [], next: null, lookedTo: null };
  const [end, newest, isCommon] = await Promise.all([
    endOfIndex(db),
    newestOf(db, query.statuses),
    isCommonBeginning(db, words),
  ]);
  const before = Math.min(after ?? newest + 1, newest + 1);
  const way = { end: end ?? 0, before, most: limit * EACH, isCommon };
  const { hits, edge, isTired } = await walk(db, words, query, way);
  const firsts = hits.filter((hit, at) => hits.findIndex((other) => other.conversation === hit.conversation) === at);
  const page = firsts.slice(0, limit);
  const shown = after === null ? page : await withoutEarlier(db, words, page, after);
  const found = await conversationsAt(db, shown);
  if (firsts.length > limit) return { found, next: page.at(-1)?.seq ?? null, lookedTo: null };
  return { found, next: edge, lookedTo: edge !== null && isTired ? await writtenAt(db, edge) : null };
}

/** Where a page looks: from the place before `before` on, first at what the index, which ends at `end`, has not yet. */
interface Way {
  end: number;
  before: number;
  /** So many hits are enough. */
  most: number;
  /** Whether very many messages have a word that begins as the last one does. */
  isCommon: boolean;
}

async function walk(db: Database, words: SearchWords, query: ConversationQuery, way: Way): Promise<Walked> {
  const indexed = way.isCommon ? withoutBeginning(words) : words;
  const end = indexed.length === 0 ? 0 : way.end;
  const late = await walkLate(db, words, query, { ...way, end });
  if (late.edge !== null || end === 0) return late;
  const early = { ...way, before: Math.min(way.before, end + 1) };
  const found = await walkIndex(db, matchOf(indexed, !way.isCommon), query, early);
  const hits = way.isCommon ? found.hits.filter((row) => hasWords(words, [row.people, row.words])) : found.hits;
  return { ...found, hits: [...late.hits, ...hits] };
}

/**
 * Whether very many messages have a word that begins as the last one that is searched for. FTS5 puts all places of all of those
 * together before it gives the first: they are looked for in what the other words find, or one by one.
 */
async function isCommonBeginning(db: Database, words: SearchWords): Promise<boolean> {
  const beginning = beginningOf(words);
  if (beginning === null) return false;
  const rows = await db.all<Texts>(sql`select ${PEOPLE} as people, ${WORDS} as words
    from (select seq as place from ${messages} order by seq desc limit ${SAMPLE}) walked
    cross join ${messages} on ${messages.seq} = walked.place
    cross join ${conversations} on ${conversations.id} = ${messages.conversationId}`);
  return rows.filter((row) => hasWords(beginning, [row.people, row.words])).length >= COMMON;
}

/** Looks at messages one by one that are not in the index yet: as a rule those of the last minute. */
async function walkLate(db: Database, words: SearchWords, query: ConversationQuery, way: Way): Promise<Walked> {
  const places = sql`select ${messages.seq} as place from ${messages}
    where ${messages.seq} > ${way.end} and ${messages.seq} < ${way.before} order by ${messages.seq} desc`;
  const rows = await db.all<Hit & Texts>(sql`
    select ${messages.seq} as seq, ${conversations.seq} as conversation, ${PEOPLE} as people, ${WORDS} as words
    from (${places} limit ${LOOKED_AT}) walked cross join ${messages} on ${messages.seq} = walked.place
    cross join ${conversations} on ${conversations.id} = ${messages.conversationId} where ${isAmong(query)}`);
  const edge = await edgeOf(db, places, LOOKED_AT);
  const hits = rows.filter((row) => hasWords(words, [row.people, row.words]));
  return { hits, edge, isTired: edge !== null };
}

/**
 * Asks the index. HAZARD: "cross join" walks its places in their order and ends as soon as there are enough; an "order by" outside would
 * sort them first, and so take them all. FTS5 takes a bound that is bound as REAL, as D1 binds numbers, for none.
 */
async function walkIndex(
  db: Database,
  match: string,
  query: ConversationQuery,
  way: Way,
): Promise<Walked<Hit & Texts>> {
  const places = sql`select rowid as place from contact_search where contact_search match ${match}
    and rowid < cast(${way.before} as integer) order by rowid desc`;
  const texts = way.isCommon ? sql`${PEOPLE} as people, ${WORDS} as words` : sql`'' as people, '' as words`;
  const hits = await db.all<
    Hit & Texts
  >(sql`select ${messages.seq} as seq, ${conversations.seq} as conversation, ${texts}
    from (${places} limit ${WALKED}) walked cross join ${messages} on ${messages.seq} = walked.place
    cross join ${conversations} on ${conversations.id} = ${messages.conversationId}
    where ${isAmong(query)} limit ${way.most}`);
  if (hits.length === way.most) return { hits, edge: hits.at(-1)?.seq ?? null, isTired: false };
  const edge = await edgeOf(db, places, WALKED);
  return { hits, edge, isTired: edge !== null };
}

/** The last place of a walk of so many; null when it ends before. */
async function edgeOf(db: Database, places: SQL, walked: number): Promise<number | null> {
  const edge = await db.get<{ place: number } | undefined>(sql`${places} limit 1 offset ${walked - 1}`);
  return edge?.place ?? null;
}

/** Leaves out what an earlier page had: conversations with a newer message that has the words. */
async function withoutEarlier(db: Database, words: SearchWords, page: readonly Hit[], after: number): Promise<Hit[]> {
  const rows = await db.all<Texts & { conversation: number }>(sql`
    select ${conversations.seq} as conversation, ${PEOPLE} as people, ${WORDS} as words
    from ${conversations} join ${messages} on ${messages.conversationId} = ${conversations.id}
    where ${isOneOf(
      conversations.seq,
      page.map(({ conversation }) => conversation),
    )} and +${messages.seq} >= ${after}`);
  const earlier = rows.filter((row) => hasWords(words, [row.people, row.words]));
  return page.filter(({ conversation }) => !earlier.some((row) => row.conversation === conversation));
}

async function conversationsAt(db: Database, hits: readonly Hit[]): Promise<Conversation[]> {
  const places = hits.map(({ conversation }) => conversation);
  const rows = await db.select().from(conversations).where(isOneOf(conversations.seq, places));
  return rows.sort((a, b) => places.indexOf(a.seq) - places.indexOf(b.seq));
}

async function writtenAt(db: Database, seq: number): Promise<number | null> {
  const row = await db.select({ at: messages.createdAt }).from(messages).where(eq(messages.seq, seq)).get();
  return row?.at ?? null;
}

/**
 * The place of the newest message of conversations in these states: what is archived is older than all that is at hand, and would not
 * be reached from the newest on.
 */
async function newestOf(db: Database, statuses: readonly string[]): Promise<number> {
  const newest = sql`select (select id from ${conversations} where status = asked.value order by last_at desc limit 1)
    from json_each(${JSON.stringify(statuses)}) asked`;
  const { seq } = await db.get<{ seq: number }>(
    sql`select coalesce(max(seq), 0) as seq from ${messages} where conversation_id in (${newest})`,
  );
  return seq;
}

/** The last place that the index knows; undefined when there is no index, as while a database is exported. */
async function endOfIndex(db: Database): Promise<number | undefined> {
  try {
    const { end } = await db.get<{ end: number }>(
      sql`select coalesce(max(id), 0) as "end" from contact_search_docsize`,
    );
    return end;
  } catch (error) {
    if (conflictOn(error, "no such table: contact_search_docsize")) return undefined;
    throw error;
  }
}

const indexMore = compile<{ limit: number }>(sql`insert into contact_search (rowid, people, words)
  select seq, people, words from contact_texts
  where seq > coalesce((select max(id) from contact_search_docsize), 0) order by seq limit ${sql.placeholder("limit")}`);

/** Puts the next messages into the index, at most `limit`. */
export const appendToIndex = (limit: number) => indexMore({ limit });

/** Whether a message is not in the index yet; null when there is none, as while a database is exported. */
export async function indexIsBehind(db: Database): Promise<boolean | null> {
  const end = await endOfIndex(db);
  if (end === undefined) return null;
  const found = await db
    .select({ seq: messages.seq })
    .from(messages)
    .where(sql`${messages.seq} > ${end}`)
    .limit(1)
    .get();
  return found !== undefined;
}
