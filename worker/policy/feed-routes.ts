import { Hono } from "hono";
import { conditional } from "../platform/conditional.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf, openToAll } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { compareVersions } from "./comparison.ts";
import { type Comparison, comparisonShape, policyShape, versionListShape } from "./feed-shapes.ts";
import { atomFeed, jsonFeed, listedVersion, statement } from "./feeds.ts";
import { history, lastChange, type Placed, versionsToCompare } from "./history.ts";
import { today, versionsOf } from "./version.ts";

const SHORT = "public, max-age=60, stale-while-revalidate=600";
const DAY_LONG = "public, max-age=86400";
const tag = "policy";

/** The policy, its history and its differences for programs: JSON, Atom and JSON Feed. */
export const feedRoutes = new Hono<House>();

feedRoutes.get(
  "/v1/policy",
  describe({ tag, summary: "The policy in force, the one to come and the one before", replies: { 200: policyShape } }),
  conditional,
  async (c) => {
    const { ORIGIN } = c.var.rt.settings;
    const lang = languageOf(c);
    const versions = await placedVersions(c);
    const at = versions.findIndex(({ state }) => state === "in-force");
    const give = (placed: Placed | undefined) => (placed ? statement(ORIGIN, placed, lang) : null);
    const [inForce, previous] = at < 0 ? [] : [versions[at], versions[at + 1]];
    // The next to take effect: of those newer than the one in force, the oldest.
    return c.json({ inForce: give(inForce), upcoming: give(versions[at - 1]), previous: give(previous) });
  },
);

feedRoutes.get(
  "/v1/policy/versions",
  describe({ tag, summary: "Every published version, newest first", replies: { 200: versionListShape } }),
  conditional,
  async (c) => {
    const { ORIGIN } = c.var.rt.settings;
    const versions = await placedVersions(c);
    return c.json({ versions: versions.map((placed) => listedVersion(ORIGIN, placed)) });
  },
);

feedRoutes.get(
  "/v1/policy/comparison",
  describe({
    tag,
    summary: "What changed between two versions, word by word; the newest and the one before when none is named",
    replies: { 200: comparisonShape },
  }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const asked = { from: c.req.query("from"), to: c.req.query("to") };
    const [from, to] = versionsToCompare(await versionsOf(rt), asked);
    const blocks = await compareVersions(rt, from, to, languageOf(c));
    openToAll(c, asked.from && asked.to ? DAY_LONG : SHORT, new Date(to.publishedAt));
    return c.json({ from: from.date, to: to.date, blocks } satisfies Comparison);
  },
);

feedRoutes.get(
  "/policy/feed.xml",
  describe({ tag, summary: "The versions as an Atom feed", replies: { 200: "application/atom+xml" } }),
  conditional,
  async (c) => {
    const feed = atomFeed(c.var.rt.settings, await someVersions(c), languageOf(c));
    return c.body(feed, 200, { "Content-Type": "application/atom+xml; charset=utf-8" });
  },
);

feedRoutes.get(
  "/policy/feed.json",
  describe({ tag, summary: "The versions as a JSON Feed", replies: { 200: "application/feed+json" } }),
  conditional,
  async (c) => {
    const feed = jsonFeed(c.var.rt.settings, await someVersions(c), languageOf(c));
    return c.body(JSON.stringify(feed), 200, { "Content-Type": "application/feed+json; charset=utf-8" });
  },
);

/** All versions, newest first; says in the reply's headers when they last changed. */
async function placedVersions(c: Door): Promise<readonly Placed[]> {
  const { rt } = c.var;
  const versions = await versionsOf(rt);
  openToAll(c, SHORT, lastChange(rt, versions));
  return history(versions, today(rt));
}

/** A feed names its newest version's date, so there is none of nothing. Refuses not_found. */
async function someVersions(c: Door): Promise<readonly Placed[]> {
  const versions = await placedVersions(c);
  if (versions.length === 0) throw new Refusal("not_found");
  return versions;
}
