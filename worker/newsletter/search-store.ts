import { type SQL, sql } from "drizzle-orm";
import { compile, conflictOn, type Database } from "../platform/db.ts";
import {
  asksForCohorts,
  type Besides,
  type Counted,
  inCohort,
  LAST,
  matching,
  matchingCohorts,
  PART,
  type Resolved,
} from "./filter-store.ts";
import { subscriberCohorts, subscribers } from "./tables.ts";

/** So few are all looked at, in any order. */
const FEW = 10_000;
/** How many are looked at for one page when there are more: a million would take too long. */
const WALKED = 5_000;

/** Where a search looks: places, the newest first. When it is bounded, only the first WALKED of them. */
interface Walk {
  places: SQL;
  isBounded: boolean;
}

/**
 * Condition on `seq`: past the place that the last page ended at, in the days of the filter, and above `end`. HAZARD: one
 * bound on either side; of two, SQLite takes one for its index and walks all up to the other. Numbers
 * are bound as REAL, which FTS5 takes for no bound at all.
 */
const isAhead = (seq: SQL, { fromSeq, untilSeq }: Resolved, after: number | null, end = 0): SQL =>
  sql`(${seq} >= cast(${Math.max(fromSeq, end + 1)} as integer)
    and ${seq} < cast(${Math.min(untilSeq, after ?? untilSeq)} as integer))`;

const seq = sql`${subscribers.seq}`;

/** All by place: what is left when no index leads to what is searched for. */
const walkAll = (resolved: Resolved, after: number | null): Walk => ({
  places: sql`select ${seq} from ${subscribers} where ${isAhead(seq, resolved, after)} order by ${seq} desc`,
  isBounded: true,
});

/** Those who have what else is asked, who are few. */
const walkMembers = (resolved: Resolved, after: number | null): Walk => ({
  places: sql`select ${seq} from ${subscriberCohorts} cross join ${subscribers} on ${inCohort}
    and ${isAhead(seq, resolved, after)} where ${matchingCohorts(resolved)} order by ${seq} desc`,
  isBounded: false,
});

/** Those whose address begins so, who are few. */
const walkStarts = (search: string, resolved: Resolved, after: number | null): Walk => ({
  places: sql`select ${seq} from ${subscribers} where ${startsSo(search)} and ${isAhead(sql`+${seq}`, resolved, after)}
    order by +${seq} desc`,
  isBounded: false,
});

const startsSo = (search: string): SQL =>
  sql`(${subscribers.email} >= ${search} and ${subscribers.email} < ${search + LAST})`;

/**
 * Those whom the index finds by part of their address. Whoever signed up after it was last brought up to date is looked at
 * one by one: they are the newest, so they come first.
 */
const walkIndex = (search: string, end: number, resolved: Resolved, after: number | null): Walk => ({
  places: sql`select * from (select ${seq} from ${subscribers} where ${isAhead(seq, resolved, after, end)}
      order by ${seq} desc)
    union all select * from (select rowid from subscriber_search where subscriber_search match ${trigramsOf(search)}
      and ${isAhead(sql`rowid`, resolved, Math.min(after ?? end + 1, end + 1))} order by rowid desc)`,
  isBounded: true,
});

/**
 * What FTS5 is asked for a text: the trigrams that cover it, each once. Whoever has those in another order is passed over
 * afterwards; to have FTS5 look at their places takes more than twice as long. Quoted, nothing is a word of its language.
 */
function trigramsOf(text: string): string {
  const letters = [...text];
  const starts = letters.map((_, at) => Math.min(at, letters.length - PART)).filter((_, at) => at % PART === 0);
  const trigrams = starts.map((at) =>
    letters
      .slice(at, at + PART)
      .join("")
      .replaceAll('"', '""'),
  );
  return [...new Set(trigrams)].map((trigram) => `"${trigram}"`).join(" AND ");
}

/** The last place that the index knows; undefined when there is no index, as while a database is exported. */
async function endOfIndex(db: Database): Promise<number | undefined> {
  try {
    const { end } = await db.get<{ end: number }>(
      sql`select coalesce(max(id), 0) as "end" from subscriber_search_docsize`,
    );
    return end;
  } catch (error) {
    if (conflictOn(error, "no such table: subscriber_search_docsize")) return undefined;
    throw error;
  }
}

/** How many have what else a filter asks, and between which places they are. */
async function membersOf(db: Database, resolved: Resolved) {
  const placeIn = (way: "asc" | "desc") =>
    sql`(select ${seq} from ${subscribers} where ${inCohort} order by ${seq} ${sql.raw(way)} limit 1)`;
  return db.get<{ members: number; first: number | null; last: number | null }>(sql`
    select coalesce(sum(members), 0) as members, min(${placeIn("asc")}) as first, max(${placeIn("desc")}) as last
    from ${subscriberCohorts} where ${matchingCohorts(resolved)}`);
}

/**
 * The way along which a search looks, so that no page walks far, however many there are: along the members of what else is
 * asked, when they are few; else along whom the search finds, beginning where those members begin.
 */
async function chooseWalk(db: Database, search: string, asked: Resolved, after: number | null): Promise<Walk> {
  if (!asksForCohorts(asked)) return walkFound(db, search, asked, after);
  const { members, first, last } = await membersOf(db, asked);
  if (members <= FEW) return walkMembers(asked, after);
  const fromSeq = Math.max(asked.fromSeq, first ?? 0);
  const untilSeq = Math.min(asked.untilSeq, (last ?? 0) + 1);
  return walkFound(db, search, { ...asked, fromSeq, untilSeq }, after);
}

async function walkFound(db: Database, search: string, resolved: Resolved, after: number | null): Promise<Walk> {
  if ([...search].length >= PART) {
    const end = await endOfIndex(db);
    return end === undefined ? walkAll(resolved, after) : walkIndex(search, end, resolved, after);
  }
  const starting = db
    .select({ seq: subscribers.seq })
    .from(subscribers)
    .where(startsSo(search))
    .limit(FEW + 1);
  return (await db.$count(starting.as("starting"))) <= FEW
    ? walkStarts(search, resolved, after)
    : walkAll(resolved, after);
}

/** What a search has found. */
export interface FoundPlaces {
  /** Places, the newest first, at most as many as were asked for. */
  places: number[];
  /** The place up to which was looked, when WALKED ended it; there may be more behind it. */
  lookedTo: number | null;
}

const bounded = ({ places, isBounded }: Walk): SQL => (isBounded ? sql`${places} limit ${WALKED}` : places);

/** Places after `after` of those whom a filter with a search finds. */
export async function searchPlaces(
  db: Database,
  resolved: Resolved & { search: string },
  after: number | null,
  limit: number,
): Promise<FoundPlaces> {
  const walk = await chooseWalk(db, resolved.search, resolved, after);
  // HAZARD: "cross join" walks the places in their order and ends as soon as there are enough; an "order by" here would
  // sort them first, and so take them all.
  const found = await db.all<{ seq: number }>(sql`select ${seq} as seq from (${bounded(walk)}) walked
    cross join ${subscribers} on ${seq} = walked.seq where ${matching(resolved)} limit ${limit}`);
  const places = found.map((row) => row.seq);
  if (!walk.isBounded || places.length === limit) return { places, lookedTo: null };
  const edge = await db.get<{ seq: number } | undefined>(sql`${walk.places} limit 1 offset ${WALKED - 1}`);
  return { places, lookedTo: edge?.seq ?? null };
}

/**
 * How many a filter with a search finds among those whom a page may look at, and how many of them are as `besides` says, too: in
 * one look. Without `besides` those are not looked for, and none are said.
 */
export async function countSearched(
  db: Database,
  resolved: Resolved & { search: string },
  besides?: Besides,
): Promise<[Counted, Counted]> {
  const walk = await chooseWalk(db, resolved.search, resolved, null);
  const fits = matching(resolved);
  const both = besides ? matching({ ...resolved, besides }) : sql`0`;
  const found = await db.get<{ walked: number; total: number; narrowed: number }>(sql`
    select count(*) as walked, coalesce(sum(${fits}), 0) as total, coalesce(sum(${both}), 0) as narrowed
    from (${bounded(walk)}) walked cross join ${subscribers} on ${seq} = walked.seq`);
  const isMore = walk.isBounded && found.walked === WALKED;
  return [
    { count: found.total, isMore },
    { count: found.narrowed, isMore },
  ];
}

const indexMore = compile<{ limit: number }>(sql`insert into subscriber_search (rowid, email)
  select seq, email from ${subscribers} where seq > coalesce((select max(id) from subscriber_search_docsize), 0)
  order by seq limit ${sql.placeholder("limit")}`);

/** Puts the next subscribers into the index of addresses, at most `limit`. */
export const appendToIndex = (limit: number) => indexMore({ limit });

/** Whether somebody is not in the index of addresses yet; null when there is none, as while a database is exported. */
export async function indexIsBehind(db: Database): Promise<boolean | null> {
  const end = await endOfIndex(db);
  if (end === undefined) return null;
  const found = await db.select({ seq: subscribers.seq }).from(subscribers).where(sql`${seq} > ${end}`).limit(1).get();
  return found !== undefined;
}
