import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import {
  asksForCohorts,
  type Besides,
  type Counted,
  countMatching,
  countNarrowed,
  inCohort,
  inDays,
  matching,
  matchingCohorts,
  type Resolved,
} from "./filter-store.ts";
import { countSearched, searchPlaces } from "./search-store.ts";
import { subscriberCohorts, subscribers } from "./tables.ts";

export type Subscriber = typeof subscribers.$inferSelect;

export interface SubscriberPage {
  /** The newest first. */
  subscribers: Subscriber[];
  /** The place that the next page comes after; null when there is none. */
  next: number | null;
  /** When a search looked at all that a page may look at: until when that went back. There may be more behind it. */
  lookedTo: number | null;
}

/** A page of at most `limit` of those whom a filter finds, from the one after the place `after`. */
export async function listSubscribers(
  db: Database,
  resolved: Resolved,
  after: number | null,
  limit: number,
): Promise<SubscriberPage> {
  const { search } = resolved;
  if (search !== null) {
    const { places, lookedTo } = await searchPlaces(db, { ...resolved, search }, after, limit + 1);
    const edge = lookedTo === null ? undefined : await subscriberAt(db, lookedTo);
    return pageOf(await subscribersAt(db, places), limit, edge);
  }
  const ahead = { ...resolved, untilSeq: Math.min(resolved.untilSeq, after ?? resolved.untilSeq) };
  const among = asksForCohorts(resolved)
    ? sql`${subscribers.seq} in (${newestOfCohorts(ahead, limit + 1)})`
    : inDays(ahead);
  const found = await db
    .select()
    .from(subscribers)
    .where(among)
    .orderBy(desc(subscribers.seq))
    .limit(limit + 1);
  return pageOf(found, limit);
}

/**
 * Places, among which the newest `limit` of all cohorts that match. Only cohorts whose newest member is among the newest of
 * their kind can have one of those; in each the index is in the order of places.
 */
function newestOfCohorts(resolved: Resolved, limit: number): SQL {
  const members = sql`select ${subscribers.seq} from ${subscribers} where ${inCohort} and ${inDays(resolved)}
    order by ${subscribers.seq} desc`;
  const cohorts = sql`select *, (${members} limit 1) as newest from ${subscriberCohorts}
    where ${matchingCohorts(resolved)} order by newest desc limit ${limit}`;
  return sql`select taken.value from (${cohorts}) subscriber_cohorts,
    json_each((select json_group_array(seq) from (${members} limit ${limit}))) taken where newest is not null`;
}

function pageOf(found: Subscriber[], limit: number, edge?: Subscriber): SubscriberPage {
  const page = found.slice(0, limit);
  if (found.length > limit) return { subscribers: page, next: page.at(-1)?.seq ?? null, lookedTo: null };
  return { subscribers: page, next: edge?.seq ?? null, lookedTo: edge?.requestedAt ?? null };
}

const subscribersAt = (db: Database, places: readonly number[]): Promise<Subscriber[]> =>
  db
    .select()
    .from(subscribers)
    .where(sql`${subscribers.seq} in (select value from json_each(${JSON.stringify(places)}))`)
    .orderBy(desc(subscribers.seq));

const subscriberAt = (db: Database, seq: number): Promise<Subscriber | undefined> =>
  db.select().from(subscribers).where(eq(subscribers.seq, seq)).get();

/** How many a filter finds, within the time of a page. */
export async function countFound(db: Database, resolved: Resolved): Promise<Counted> {
  const { search } = resolved;
  if (search !== null) return (await countSearched(db, { ...resolved, search }))[0];
  return { count: await countMatching(db, resolved), isMore: false };
}

/** The same, and how many of them are as `besides` says, too. */
export async function countFoundBesides(
  db: Database,
  resolved: Resolved,
  besides: Besides,
): Promise<[Counted, Counted]> {
  const { search } = resolved;
  if (search !== null) return countSearched(db, { ...resolved, search }, besides);
  const [total, narrowed] = await countNarrowed(db, resolved, besides);
  return [
    { count: total, isMore: false },
    { count: narrowed, isMore: false },
  ];
}

/** How many a filter finds, exactly; of a search that finds very many, in the better part of a second. */
export async function countExactly(db: Database, resolved: Resolved): Promise<number> {
  const { count, isMore } = await countFound(db, resolved);
  return isMore ? countMatching(db, resolved) : count;
}

export async function findSubscriber(db: Database, id: string): Promise<Subscriber | undefined> {
  return db.select().from(subscribers).where(eq(subscribers.id, id)).get();
}

/** Whom a filter finds after a place and up to another, in the order in which they came; for work on all of them. */
export async function subscribersAfter(
  db: Database,
  resolved: Resolved,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<Subscriber[]> {
  return db
    .select()
    .from(subscribers)
    .where(and(gt(subscribers.seq, after), sql`${subscribers.seq} <= ${upTo}`, matching(resolved)))
    .orderBy(asc(subscribers.seq))
    .limit(limit);
}
