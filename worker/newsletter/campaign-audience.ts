import type { SQL } from "drizzle-orm";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { resolveFilter } from "./filter.ts";
import { type Counted, matching, type Resolved } from "./filter-store.ts";
import { countExactly, countFound } from "./list-store.ts";
import { findSegment } from "./segment-store.ts";
import type { Audience } from "./tables.ts";

/** An audience with the filter of its segment written down, so that it stays what it was. Refuses segment_gone. */
export async function frozen(rt: Runtime, { topics, segment }: Audience): Promise<Audience> {
  if (segment === null) return { topics, segment };
  const found = await findSegment(rt.db, segment);
  if (!found) throw new Refusal("segment_gone");
  return { topics, segment, filter: found.filter };
}

/** Who an audience is: active subscribers with any of its topics, and in its segment if it has one. */
async function membersOf(rt: Runtime, audience: Audience): Promise<Resolved> {
  const { filter = {} } = audience.filter ? audience : await frozen(rt, audience);
  // Whatever the segment says of status: mail goes to those who are subscribed.
  const inSegment = await resolveFilter(rt, { ...filter, status: ["active"] });
  return { ...inSegment, besides: { topics: audience.topics } };
}

/** Condition on the columns of `subscribers`: they belong to an audience. Refuses segment_gone, unless it is frozen. */
export async function belongsTo(rt: Runtime, audience: Audience): Promise<SQL> {
  return matching(await membersOf(rt, audience));
}

/** How many an audience has now, within the time of a page. Refuses segment_gone. */
export async function countAudience(rt: Runtime, audience: Audience): Promise<Counted> {
  // Without topics it would be of everybody.
  if (audience.topics.length === 0) return { count: 0, isMore: false };
  return countFound(rt.db, await membersOf(rt, audience));
}

/** The same exactly, before a newsletter goes out: of a segment that searches, in the better part of a second. */
export async function countReaders(rt: Runtime, audience: Audience): Promise<number> {
  return audience.topics.length === 0 ? 0 : countExactly(rt.db, await membersOf(rt, audience));
}
