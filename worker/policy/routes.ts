import { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import {
  bearer,
  type Door,
  type House,
  languageOf,
  pageOrigin,
  readJson,
  requireScope,
  surfaceOf,
} from "../platform/http.ts";
import { isLanguage } from "../platform/languages.ts";
import { describe } from "../platform/openapi.ts";
import { replyPage } from "../platform/page.tsx";
import { panelSurface, verifyPanelToken } from "../platform/panel.ts";
import { compareTexts } from "./compare.ts";
import { embedScript, viewFile } from "./embed.ts";
import { acknowledge, noticeIn, noticesFor, noticesToday } from "./notice.ts";
import { ComparePage, PolicyPage, VersionsPage, wordsOf } from "./pages.tsx";
import { acknowledgedShape, noticesShape, publishShape, versionShape } from "./shapes.ts";
import { loadMarkdown, type Version } from "./store.ts";
import { inForce, publish, today, versionOn, versionsOf } from "./version.ts";

const SHORT = "public, max-age=60, stale-while-revalidate=600";
const DAY_LONG = "public, max-age=86400";
const tag = "policy";

export const policyRoutes = new Hono<House>();

policyRoutes.get(
  "/embed.js",
  describe({ tag, summary: "The loader, with the surface's notices in it", replies: { 200: "text/javascript" } }),
  async (c) => {
    const { script, etag } = await embedScript(c.var.rt, surfaceOf(c));
    const headers = {
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": SHORT,
      ETag: etag,
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Timing-Allow-Origin": "*",
    };
    const known = (c.req.header("if-none-match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return known.includes(etag) ? c.body(null, 304, headers) : c.body(script, 200, headers);
  },
);

policyRoutes.get(
  "/w/:build/:lang/:file",
  describe({ tag, summary: "A view's file of an earlier build, from this one", replies: { 200: "text/javascript" } }),
  async (c) => {
    const { lang, file } = c.req.param();
    return replyView(c, await viewFile(c.var.rt, `${lang}/${file}`));
  },
);

policyRoutes.get(
  "/v1/notices",
  describe({ tag, summary: "Active notices of a surface", replies: { 200: noticesShape } }),
  async (c) => {
    surfaceOf(c);
    const { rt } = c.var;
    const lang = languageOf(c);
    const notices = (await noticesToday(rt)).map((notice) => noticeIn(rt, notice, lang));
    c.header("Vary", "Accept-Language", { append: true });
    return c.json({ notices }, 200, { "Cache-Control": SHORT, "Access-Control-Allow-Origin": "*" });
  },
);

/** The customer of a panel token. The surface is the token's issuer, unless the address names one. Refuses unauthorized. */
async function customerOf(c: Door) {
  const token = bearer(c);
  if (token === undefined) throw new Refusal("unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
  const surface = c.req.query("surface") === undefined ? panelSurface(c.var.rt, token) : surfaceOf(c);
  pageOrigin(c, surface);
  return { surface, customer: await verifyPanelToken(c.var.rt, surface, token) };
}

policyRoutes.get(
  "/v1/me/notices",
  describe({
    tag,
    summary: "Notices this customer has not acknowledged",
    replies: { 200: noticesShape },
    auth: "panel",
  }),
  async (c) => {
    const { customer } = await customerOf(c);
    const { rt } = c.var;
    const lang = languageOf(c);
    const notices = (await noticesFor(rt, customer)).map((notice) => noticeIn(rt, notice, lang));
    return c.json({ notices }, 200, { "Cache-Control": "no-store" });
  },
);

policyRoutes.post(
  "/v1/me/notices/:date/acknowledgement",
  describe({ tag, summary: "Acknowledge a notice", replies: { 200: acknowledgedShape }, auth: "panel" }),
  async (c) => {
    const { surface, customer } = await customerOf(c);
    const date = c.req.param("date");
    await acknowledge(c.var.rt, customer, date, surface.name);
    return c.json({ date, acknowledged: true });
  },
);

const versionJson = (c: Door, version: Version) => ({
  date: version.date,
  effective: version.effective,
  significance: version.significance,
  sha256: { nl: version.texts.nl.sha256, en: version.texts.en.sha256 },
  url: `${c.var.rt.settings.ORIGIN}/policy/versions/${version.date}`,
});

policyRoutes.post(
  "/v1/policy/versions",
  describe({
    tag,
    summary: "Publish a version; the same one again changes nothing",
    body: publishShape,
    replies: { 200: versionShape, 201: versionShape },
    auth: "policy:write",
  }),
  requireScope("policy:write"),
  async (c) => {
    const { version, isNew } = await publish(c.var.rt, await readJson(c, publishShape), c.var.apiKey);
    return c.json(versionJson(c, version), isNew ? 201 : 200);
  },
);

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

/** A page loaded before a deployment asks for files that are gone with it; it gets what took their place, uncached. */
function replyView(c: Door, script: string | undefined) {
  if (script === undefined) throw new Refusal("not_found");
  return c.body(script, 200, {
    "Content-Type": "text/javascript; charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
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
