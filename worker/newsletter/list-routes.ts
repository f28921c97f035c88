import { Hono } from "hono";
import { z } from "zod";
import { csvStream } from "../platform/csv.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, hasScope, parse, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { exportSubscribers } from "./export.ts";
import { resolveFilter } from "./filter.ts";
import { listSources } from "./label-store.ts";
import { eraseSubscriber, leaveSubscriber } from "./leaving.ts";
import {
  changeShape,
  countReply,
  filterShape,
  listQuery,
  resentReply,
  sourcesReply,
  subscriberReply,
  subscribersReply,
} from "./list-shapes.ts";
import { countFound, listSubscribers, type Subscriber } from "./list-store.ts";
import { changeSubscriber, resendConfirmation, subscriberOf } from "./person.ts";
import { segmentOf } from "./segment.ts";
import type { SubscriberFilter } from "./tables.ts";
import { timelineOf } from "./timeline.ts";
import { timelineJson, timelineReply } from "./timeline-shapes.ts";

const tag = "newsletter";
const PATH = "/v1/subscribers";
const ONE = `${PATH}/:id`;

/** The list of subscribers, for programs. */
export const listRoutes = new Hono<House>();

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const actorOf = (c: Door) => `key:${c.var.apiKey}`;
const idIn = (c: Door) => c.req.param("id") ?? "";

/** A subscriber as programs see them; their place in the list stays inside. */
export function subscriberJson({ seq: _, ...one }: Subscriber) {
  return {
    ...one,
    requestedAt: iso(one.requestedAt),
    confirmedAt: iso(one.confirmedAt),
    leftAt: iso(one.leftAt),
  };
}

/** Replies to a change with the subscriber as they are now; a key that may not read the list is told that it is done, and not who they are. */
async function replyChanged(c: Door, id: string): Promise<Response> {
  if (!hasScope(c, "newsletter:read")) return c.body(null, 204);
  return c.json(subscriberJson(await subscriberOf(c.var.rt, id)));
}

/** Names in an address are said one by one, so they stand in the singular. */
const NAMES = { topic: "topics", label: "labels", source: "sources", lang: "langs", status: "status" } as const;

/** What an address asks for: a segment's filter, with what else is said in the place of what that says. */
async function askedFor(c: Door) {
  const several = c.req.queries();
  const lists = Object.keys(NAMES).map((name) => [name, several[name]] as const);
  const query = parse(listQuery, { ...c.req.query(), ...Object.fromEntries(lists) });
  const { search, from, to, segment, after = null, limit } = query;
  const base: SubscriberFilter = segment === undefined ? {} : (await segmentOf(c.var.rt, segment)).filter;
  const named = Object.entries(NAMES).map(([name, field]) => [field, query[name as keyof typeof NAMES]] as const);
  const said = Object.entries({ search, from, to, ...Object.fromEntries(named) }).filter(([, value]) => value);
  const filter = parse(filterShape, { ...base, ...Object.fromEntries(said) });
  return { filter, after, limit };
}

const FILTERS =
  "narrowed by ?search= (part of an address), status=, topic=, label=, source=, lang= (each more than once, if wished), from=, to= (days) or segment=";

listRoutes.get(
  PATH,
  describe({
    tag,
    summary: `Subscribers, the newest first, ${FILTERS}; the next page is ?after= its \`next\``,
    query: listQuery,
    replies: { 200: subscribersReply },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => {
    const { rt } = c.var;
    const { filter, after, limit } = await askedFor(c);
    const page = await listSubscribers(rt.db, await resolveFilter(rt, filter), after, limit);
    const next = page.next === null ? null : String(page.next);
    return c.json({ subscribers: page.subscribers.map(subscriberJson), next, lookedTo: iso(page.lookedTo) });
  },
);

listRoutes.get(
  `${PATH}/count`,
  describe({
    tag,
    summary: `How many subscribers, ${FILTERS}`,
    query: listQuery.omit({ after: true, limit: true }),
    replies: { 200: countReply },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => {
    const { rt } = c.var;
    const { filter } = await askedFor(c);
    return c.json(await countFound(rt.db, await resolveFilter(rt, filter)));
  },
);

listRoutes.get(
  `${PATH}/sources`,
  describe({
    tag,
    summary: "Where subscribers came from: what can be said as ?source=",
    replies: { 200: sourcesReply },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => c.json({ sources: await listSources(c.var.rt.db) }),
);

const exportShape = z.object({ filter: filterShape.prefault({}) });

listRoutes.post(
  `${PATH}/exports`,
  describe({
    tag,
    summary: "Subscribers as a CSV file, all or those whom a filter finds; the ledger is told",
    body: exportShape,
    replies: { 200: "text/csv" },
    auth: "newsletter:export",
  }),
  requireScope("newsletter:export"),
  async (c) => {
    const { filter } = await readJson(c, exportShape);
    const file = await exportSubscribers(c.var.rt, actorOf(c), filter);
    return c.body(csvStream(file), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="subscribers.csv"',
    });
  },
);

// Else these would be taken for the id of a subscriber.
for (const [name, allowed] of Object.entries({ count: "GET", sources: "GET", exports: "POST", actions: "GET, POST" })) {
  listRoutes.all(`${PATH}/${name}`, () => {
    throw new Refusal("method_not_allowed", { headers: { Allow: allowed } });
  });
}

listRoutes.get(
  ONE,
  describe({ tag, summary: "A subscriber", replies: { 200: subscriberReply }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => c.json(subscriberJson(await subscriberOf(c.var.rt, idIn(c)))),
);

listRoutes.patch(
  ONE,
  describe({
    tag,
    summary:
      "Change a subscriber's name, language or labels, or take topics off: nobody consents in another's place; 204 to a key without newsletter:read",
    body: changeShape,
    replies: { 200: subscriberReply, 204: "text/plain" },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    await changeSubscriber(rt, idIn(c), await readJson(c, changeShape), actorOf(c));
    return replyChanged(c, idIn(c));
  },
);

listRoutes.delete(
  ONE,
  describe({
    tag,
    summary: "Erase a subscriber: of them a keyed hash stays, by which no import brings the address back",
    replies: { 204: "text/plain" },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    if (!(await eraseSubscriber(c.var.rt, idIn(c), actorOf(c)))) throw new Refusal("not_found");
    return c.body(null, 204);
  },
);

listRoutes.post(
  `${ONE}/leave`,
  describe({
    tag,
    summary: "Make a subscriber leave, at once and for good; again is fine; 204 to a key without newsletter:read",
    replies: { 200: subscriberReply, 204: "text/plain" },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    const { id } = await subscriberOf(rt, idIn(c));
    await leaveSubscriber(rt, id, "key", actorOf(c));
    return replyChanged(c, id);
  },
);

listRoutes.post(
  `${ONE}/resend`,
  describe({
    tag,
    summary:
      "Mail a pending subscriber the link to confirm again; `sent` is false when none waits, or they had three today",
    replies: { 200: resentReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    const { id } = await subscriberOf(rt, idIn(c));
    return c.json({ sent: await resendConfirmation(rt, id) });
  },
);

listRoutes.get(
  `${ONE}/timeline`,
  describe({
    tag,
    summary: "All that happened to a subscriber with its evidence, the newest first; ask a proof by `entry`",
    replies: { 200: timelineReply },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => {
    const { rt } = c.var;
    return c.json(timelineJson(await timelineOf(rt, await subscriberOf(rt, idIn(c)))));
  },
);
