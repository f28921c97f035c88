import { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf } from "../platform/http.ts";
import { isLanguage } from "../platform/languages.ts";
import { describe } from "../platform/openapi.ts";
import { replyPage } from "../platform/page.tsx";
import { compareTexts } from "./compare.ts";
import { ComparePage, PolicyPage, VersionsPage, wordsOf } from "./pages.tsx";
import { loadMarkdown, type Version } from "./store.ts";
import { inForce, today, versionOn, versionsOf } from "./version.ts";

const SHORT = "public, max-age=60, stale-while-revalidate=600";
const DAY_LONG = "public, max-age=86400";
const tag = "policy";

/** The policy for people to read: the version in force, its history, and differences. */
export const policyRoutes = new Hono<House>();

policyRoutes.get(
  "/policy",
  describe({ tag, summary: "The policy in force", replies: { 200: "text/html" } }),
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
  async (c) => {
    const lang = languageOf(c);
    c.header("Cache-Control", SHORT);
    const versions = await versionsOf(c.var.rt);
    return replyPage(c, { lang, title: wordsOf(lang).versions, children: VersionsPage({ lang, versions }) });
  },
);

policyRoutes.get(
  "/policy/versions/:date",
  describe({ tag, summary: "A published version", replies: { 200: "text/html" } }),
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
  async (c) => {
    const lang = c.req.param("file").slice(0, 2);
    const [markdown] = isLanguage(lang) ? await loadMarkdown(c.var.rt.db, [c.req.param("date")], lang) : [];
    if (markdown === undefined) throw new Refusal("not_found");
    return c.body(markdown, 200, { "Content-Type": "text/markdown; charset=utf-8", "Cache-Control": DAY_LONG });
  },
);

policyRoutes.get(
  "/policy/compare",
  describe({ tag, summary: "What changed between two versions", replies: { 200: "text/html" } }),
  async (c) => {
    const { rt } = c.var;
    const lang = languageOf(c);
    const [from, to] = [await versionOn(rt, c.req.query("from") ?? ""), await versionOn(rt, c.req.query("to") ?? "")];
    const [before, after] = await loadMarkdown(rt.db, [from.date, to.date], lang);
    const blocks = compareTexts(before ?? "", after ?? "");
    c.header("Cache-Control", DAY_LONG);
    return replyPage(c, {
      lang,
      title: wordsOf(lang).compareTitle,
      children: ComparePage({ lang, from, to, blocks }),
    });
  },
);

async function replyVersion(c: Door, versions: readonly Version[], version: Version) {
  const { rt } = c.var;
  const lang = languageOf(c);
  const current = inForce(versions, today(rt));
  const isCurrent = current?.date === version.date;
  const upcoming = isCurrent ? versions.find(({ date }) => date > version.date) : undefined;
  const [markdown = ""] = await loadMarkdown(rt.db, [version.date], lang);
  const children = PolicyPage({
    lang,
    version,
    markdown,
    current: isCurrent ? undefined : current,
    upcoming,
    previous: versions[versions.indexOf(version) - 1],
  });
  c.header("Cache-Control", SHORT);
  c.header("Last-Modified", new Date(`${version.date}T00:00:00Z`).toUTCString());
  return replyPage(c, { lang, title: version.texts[lang].title, children });
}
