import { Hono } from "hono";
import { conditional } from "../platform/conditional.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf } from "../platform/http.ts";
import { isLanguage } from "../platform/languages.ts";
import { describe } from "../platform/openapi.ts";
import { replyPage } from "../platform/page.tsx";
import { ComparePage, compareTitle } from "./compare-pages.tsx";
import { compareVersions } from "./comparison.ts";
import { feedRoutes } from "./feed-routes.ts";
import { lastChange, versionsToCompare } from "./history.ts";
import { PolicyPage, VersionsPage, wordsOf } from "./pages.tsx";
import { loadMarkdown, type Version } from "./store.ts";
import { inForce, today, versionOn, versionsOf } from "./version.ts";

const SHORT = "public, max-age=60, stale-while-revalidate=600";
const DAY_LONG = "public, max-age=86400";
const tag = "policy";

/** The policy for people to read: the version in force, its history, and differences; and the same for programs. */
export const policyRoutes = new Hono<House>();

policyRoutes.route("/", feedRoutes);

policyRoutes.get(
  "/policy",
  describe({ tag, summary: "The policy in force", replies: { 200: "text/html" } }),
  conditional,
  async (c) => {
    const versions = await versionsOf(c.var.rt);
    const version = inForce(versions, today(c.var.rt));
    if (!version) {
      const lang = languageOf(c);
      const { none } = wordsOf(lang);
      return replyPage(c, { lang, title: none, children: VersionsPage({ lang, versions }) }, 404);
    }
    return replyVersion(c, versions, version);
  },
);

policyRoutes.get(
  "/policy/versions",
  describe({ tag, summary: "Every published version", replies: { 200: "text/html" } }),
  conditional,
  async (c) => {
    const lang = languageOf(c);
    const versions = await versionsOf(c.var.rt);
    keepShortly(c, versions);
    return replyPage(c, { lang, title: wordsOf(lang).versions, children: VersionsPage({ lang, versions }) });
  },
);

policyRoutes.get(
  "/policy/versions/:date",
  describe({ tag, summary: "A published version", replies: { 200: "text/html" } }),
  conditional,
  async (c) => {
    const version = await versionOn(c.var.rt, c.req.param("date"));
    return replyVersion(c, await versionsOf(c.var.rt), version);
  },
);

policyRoutes.get(
  "/policy/versions/:date/:file{[a-z]{2}\\.md}",
  describe({
    tag,
    summary: "A version's Markdown, the text whose SHA-256 is shown",
    replies: { 200: "text/markdown" },
  }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const lang = c.req.param("file").slice(0, 2);
    const { date, publishedAt } = await versionOn(rt, c.req.param("date"));
    const [markdown] = isLanguage(lang) ? await loadMarkdown(rt.db, [date], lang) : [];
    if (markdown === undefined) throw new Refusal("not_found");
    return c.body(markdown, 200, {
      "Content-Type": "text/markdown; charset=utf-8",
      "Cache-Control": DAY_LONG,
      "Last-Modified": new Date(publishedAt).toUTCString(),
      "Access-Control-Allow-Origin": "*",
    });
  },
);

policyRoutes.get(
  "/policy/compare",
  describe({ tag, summary: "What changed between two versions", replies: { 200: "text/html" } }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const lang = languageOf(c);
    const versions = await versionsOf(rt);
    const title = compareTitle(lang);
    const chosen = chooseVersions(c, versions);
    // A program learns that there is no such version; people get the list of those that there are.
    if (!chosen)
      return replyPage(c, { lang, title, children: ComparePage({ lang, versions, compared: undefined }) }, 404);
    const [from, to] = chosen;
    const compared = { from, to, blocks: await compareVersions(rt, from, to, lang) };
    keepShortly(c, versions);
    return replyPage(c, { lang, title, children: ComparePage({ lang, versions, compared }) });
  },
);

/** Undefined when people ask for a version that is none, and there are others to choose from. Refuses not_found to programs. */
function chooseVersions(c: Door, versions: readonly Version[]) {
  try {
    return versionsToCompare(versions, { from: c.req.query("from"), to: c.req.query("to") });
  } catch (error) {
    const isPage = (c.req.header("accept") ?? "").includes("text/html");
    if (error instanceof Refusal && isPage && versions.length > 0) return undefined;
    throw error;
  }
}

/** A page of the policy: what it says changes when a version comes or takes effect. */
function keepShortly(c: Door, versions: readonly Version[]): void {
  c.header("Cache-Control", SHORT);
  c.header("Last-Modified", lastChange(c.var.rt, versions).toUTCString());
}

async function replyVersion(c: Door, versions: readonly Version[], version: Version) {
  const { rt } = c.var;
  const lang = languageOf(c);
  const current = inForce(versions, today(rt));
  const isCurrent = current?.date === version.date;
  const upcoming = isCurrent ? versions.find(({ date }) => date > version.date) : undefined;
  const [markdown = ""] = await loadMarkdown(rt.db, [version.date], lang);
  const children = PolicyPage({
    lang,
    origin: rt.settings.ORIGIN,
    version,
    markdown,
    current: isCurrent ? undefined : current,
    upcoming,
    previous: versions[versions.indexOf(version) - 1],
  });
  keepShortly(c, versions);
  return replyPage(c, { lang, title: version.texts[lang].title, children });
}
