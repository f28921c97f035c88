import { and, lte, max, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database, Statement } from "../platform/db.ts";
import { type SubscriberState, subscriberCohorts, subscribers } from "./tables.ts";

/** What is asked besides a filter: by an action, so that who has it done to them already is passed over, or by an audience. */
export interface Besides {
  status?: readonly SubscriberState[];
  /** One of these, too. */
  topics?: readonly string[];
  label?: string;
  /** Not this label; not this language. */
  noLabel?: string;
  noLang?: string;
}

/** A filter as queries take it: days are ranges of `seq`, in which the one that says where they end is left out. */
export interface Resolved {
  search: string | null;
  status: readonly string[];
  topics: readonly string[];
  labels: readonly string[];
  sources: readonly string[];
  langs: readonly string[];
  fromSeq: number;
  untilSeq: number;
  besides?: Besides;
}

/** From this many characters on an address is searched by any part of it, below by how it begins. */
export const PART = 3;

/** Comes after every text that begins with the one before it. */
export const LAST = "\u{10ffff}";

/** Condition: a value is one of a list, which is one binding however long it is. None: no condition. */
const isOneOf = (value: SQLWrapper, list: readonly string[]): SQL | undefined =>
  list.length === 0 ? undefined : sql`${value} in (select value from json_each(${JSON.stringify(list)}))`;

/**
 * Condition: a JSON list holds one of these. HAZARD: with "exists" SQLite makes a join of it, and asks it last: of each
 * subscriber of each cohort, not of the cohort.
 */
const holdsOneOf = (value: SQLWrapper, list: readonly string[]): SQL | undefined =>
  list.length === 0
    ? undefined
    : sql`(select count(*) from json_each(${value}) held where ${isOneOf(sql`held.value`, list)}) > 0`;

/** Condition on the columns of `subscriber_cohorts`: its members have what the filter asks, but for search and days. */
export function matchingCohorts({ status, topics, labels, sources, langs, besides = {} }: Resolved): SQL {
  const cohort = subscriberCohorts;
  const { label, noLabel, noLang } = besides;
  const hasNot = holdsOneOf(cohort.labels, listed(noLabel));
  return and(
    sql`${cohort.members} > 0`,
    isOneOf(cohort.status, status),
    isOneOf(cohort.lang, langs),
    isOneOf(cohort.source, sources),
    holdsOneOf(cohort.topics, topics),
    holdsOneOf(cohort.labels, labels),
    isOneOf(cohort.status, besides.status ?? []),
    holdsOneOf(cohort.topics, besides.topics ?? []),
    holdsOneOf(cohort.labels, listed(label)),
    hasNot && sql`not ${hasNot}`,
    noLang === undefined ? undefined : sql`${cohort.lang} <> ${noLang}`,
  ) as SQL; // One condition at least is there.
}

const listed = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

/** Whether a filter asks for more than search and days. */
export const asksForCohorts = ({ status, topics, labels, sources, langs, besides }: Resolved): boolean =>
  besides !== undefined || [status, topics, labels, sources, langs].some((list) => list.length > 0);

/** Condition on the columns of `subscribers`: in the days of a filter. */
export const inDays = ({ fromSeq, untilSeq }: Resolved): SQL => between(fromSeq, untilSeq);

const between = (from: number, until: number): SQL =>
  sql`(${subscribers.seq} >= ${from} and ${subscribers.seq} < ${until})`;

/** Condition on the columns of `subscribers`: the address is as searched for. */
const isFound = (search: string): SQL =>
  [...search].length < PART
    ? sql`(+${subscribers.email} >= ${search} and +${subscribers.email} < ${search + LAST})`
    : sql`instr(${subscribers.email}, ${search}) > 0`;

/** Condition on the columns of `subscribers`: topics or labels hold one of these. Each text there is of them is read once. */
const inTextsOf = (name: "topics" | "labels", list: readonly string[]): SQL | undefined =>
  list.length === 0
    ? undefined
    : sql`+${subscribers[name]} in (select ${sql.identifier(name)} from ${subscriberCohorts}
        where ${holdsOneOf(sql`${subscriberCohorts[name]}`, list)})`;

/**
 * Condition on the columns of `subscribers`, usable in any statement over that table by its own name: who is as a filter
 * says. It leads to no index but that of `seq`, so that the statement decides how the table is walked.
 */
export function matching(resolved: Resolved): SQL {
  const { search, status, topics, labels, sources, langs, besides = {} } = resolved;
  const { label, noLabel, noLang } = besides;
  const hasNot = inTextsOf("labels", listed(noLabel));
  return and(
    inDays(resolved),
    isOneOf(sql`+${subscribers.status}`, status),
    isOneOf(sql`+${subscribers.lang}`, langs),
    isOneOf(sql`+${subscribers.source}`, sources),
    inTextsOf("topics", topics),
    inTextsOf("labels", labels),
    isOneOf(sql`+${subscribers.status}`, besides.status ?? []),
    inTextsOf("topics", besides.topics ?? []),
    inTextsOf("labels", listed(label)),
    hasNot && sql`not ${hasNot}`,
    noLang === undefined ? undefined : sql`+${subscribers.lang} <> ${noLang}`,
    search === null ? undefined : isFound(search),
  ) as SQL; // One condition at least is there.
}

/** Condition: a subscriber belongs to a cohort, both by the names of their tables. An index has these columns, then `seq`. */
export const inCohort = sql`${subscribers.status} = ${subscriberCohorts.status}
  and ${subscribers.lang} = ${subscriberCohorts.lang} and ${subscribers.source} = ${subscriberCohorts.source}
  and ${subscribers.topics} = ${subscriberCohorts.topics} and ${subscribers.labels} = ${subscriberCohorts.labels}`;

/** How many there are: `isMore` when whoever counted would have had to look further than a page may. */
export interface Counted {
  count: number;
  isMore: boolean;
}

/** How many are as a filter says, exactly. Of a million, a search takes the better part of a second: a page asks `countFound`. */
export async function countMatching(db: Database, resolved: Resolved): Promise<number> {
  if (resolved.search !== null) return db.$count(subscribers, matching(resolved));
  const counted = sql<number>`coalesce(sum(${await membersIn(db, resolved)}), 0)`;
  const found = await db.select({ counted }).from(subscriberCohorts).where(matchingCohorts(resolved)).get();
  return found?.counted ?? 0;
}

/** How many are as a filter without a search says, and how many of them as `besides` says, too: in one look. */
export async function countNarrowed(db: Database, resolved: Resolved, besides: Besides): Promise<[number, number]> {
  const fits = matchingCohorts({ ...resolved, besides });
  // HAZARD: "materialized", or SQLite counts the days of each cohort twice.
  const found = await db.get<{ total: number; narrowed: number }>(sql`with counted as materialized (
      select ${await membersIn(db, resolved)} as many, ${fits} as fits from ${subscriberCohorts}
      where ${matchingCohorts(resolved)})
    select coalesce(sum(many), 0) as total, coalesce(sum(iif(fits, many, 0)), 0) as narrowed from counted`);
  return [found.total, found.narrowed];
}

/** How many members of a cohort are in the days of a filter. Most of them are told by those who are not, who are fewer. */
async function membersIn(db: Database, { fromSeq, untilSeq }: Resolved): Promise<SQLWrapper> {
  const { members } = subscriberCohorts;
  if (fromSeq === 0 && untilSeq === Number.MAX_SAFE_INTEGER) return members;
  const last = await lastPlace(db);
  const count = (from: number, until: number) =>
    sql`(select count(*) from ${subscribers} where ${inCohort} and ${between(from, until)})`;
  return Math.min(untilSeq, last) - fromSeq > last / 2
    ? sql`(${members} - ${count(0, fromSeq)} - ${count(untilSeq, Number.MAX_SAFE_INTEGER)})`
    : count(fromSeq, untilSeq);
}

/** The place of whoever came last; 0 when nobody did. */
export async function lastPlace(db: Database): Promise<number> {
  const found = await db
    .select({ last: max(subscribers.seq) })
    .from(subscribers)
    .get();
  return found?.last ?? 0;
}

/**
 * The first place from which on everyone asked at `at` or later: days are ranges of places, as both only grow. There is no
 * index on the time, so it is found by halving, in one statement; undefined when nobody asked so late.
 */
export async function placeAt(db: Database, at: number): Promise<number | undefined> {
  const probe = sql`(select requested_at from ${subscribers} where seq >= (low + high) / 2 order by seq limit 1) < ${at}`;
  const found = await db.get<{ low: number; isThere: number } | undefined>(sql`
    with recursive halves (low, high) as (
      select 0, coalesce((select max(seq) from ${subscribers}), 0) + 1
      union all
      select iif(${probe}, (low + high) / 2 + 1, low), iif(${probe}, high, (low + high) / 2) from halves where low < high
    )
    select low, exists (select 1 from ${subscribers} where seq >= low) as isThere from halves where low >= high limit 1`);
  return found?.isThere ? found.low : undefined;
}

/** Drops cohorts whose last member went: with time there would be more of them than of others, and each count walks them all. */
export const dropEmptyCohorts = (db: Database): Statement =>
  db.delete(subscriberCohorts).where(lte(subscriberCohorts.members, 0));
