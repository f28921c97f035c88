import { and, type SQL } from "drizzle-orm";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { resolveFilter } from "./filter.ts";
import { countMatching, matching, type Resolved } from "./filter-store.ts";
import { findSegment } from "./segment-store.ts";
import type { Audience } from "./tables.ts";

/** Which active subscribers an audience is: those of any of its topics, and in its segment if it has one. */
interface Narrowed {
  ofTopics: Resolved;
  /** The topics that the segment asks for, besides; null when it asks for none. */
  ofSegment: Resolved | null;
}

/** An audience with the filter of its segment written down, so that it stays what it was. Refuses segment_gone. */
export async function frozen(rt: Runtime, { topics, segment }: Audience): Promise<Audience> {
  if (segment === null) return { topics, segment };
  const found = await findSegment(rt.db, segment);
  if (!found) throw new Refusal("segment_gone");
  return { topics, segment, filter: found.filter };
}

async function narrowed(rt: Runtime, audience: Audience): Promise<Narrowed> {
  const { filter = {} } = audience.filter ? audience : await frozen(rt, audience);
  // Whatever the segment says of status: mail goes to those who are subscribed.
  const base = await resolveFilter(rt, { ...filter, status: ["active"] });
  return {
    ofTopics: { ...base, topics: audience.topics },
    ofSegment: base.topics.length === 0 ? null : base,
  };
}

/** Condition on the columns of `subscribers`: they belong to an audience. Refuses segment_gone, unless it is frozen. */
export async function belongsTo(rt: Runtime, audience: Audience): Promise<SQL> {
  const { ofTopics, ofSegment } = await narrowed(rt, audience);
  return and(matching(ofTopics), ofSegment ? matching(ofSegment) : undefined) as SQL; // The first is there.
}

/** How many an audience has now. Refuses segment_gone. */
export async function countAudience(rt: Runtime, audience: Audience): Promise<number> {
  // Without topics the filter would be of everybody.
  if (audience.topics.length === 0) return 0;
  const { ofTopics, ofSegment } = await narrowed(rt, audience);
  const count = (resolved: Resolved) => countMatching(rt.db, resolved);
  if (!ofSegment) return count(ofTopics);
  // Who has any of these and any of those: each counted by itself, less who has any of all.
  const ofEither = { ...ofSegment, topics: [...new Set([...ofTopics.topics, ...ofSegment.topics])] };
  const [these, those, either] = await Promise.all([count(ofTopics), count(ofSegment), count(ofEither)]);
  return these + those - either;
}
