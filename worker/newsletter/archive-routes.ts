import { Hono } from "hono";
import { z } from "zod";
import { dayIn } from "../platform/calendar.ts";
import { conditional } from "../platform/conditional.ts";
import { type Door, type House, languageOf, openToAll, parse } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyPage } from "../platform/page.tsx";
import { archive, archived } from "./archive.ts";
import { archiveAtom, archiveJson } from "./archive-feeds.ts";
import { ARCHIVE, ArchivePage, archiveTitle, WebVersion } from "./archive-pages.tsx";

const SHORT = "public, max-age=60, stale-while-revalidate=600";
const tag = "newsletter";

/** The last newsletter of the page before: when it went out, and its name. */
const pageQuery = z.object({
  before: z
    .string()
    .max(100)
    .regex(/^\d{1,15}\.[a-z0-9-]+$/)
    .transform((place) => {
      const [at = "", slug = ""] = place.split(".");
      return { startedAt: Number(at), slug };
    })
    .optional(),
});

/** Newsletters that were sent and that everybody may read: a list, each by itself, and feeds. */
export const archiveRoutes = new Hono<House>();

archiveRoutes.get(
  ARCHIVE,
  describe({ tag, summary: "Newsletters that everybody may read, newest first", replies: { 200: "text/html" } }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const lang = languageOf(c);
    const { before } = parse(pageQuery, c.req.query());
    const { items, next } = await archive(rt, lang, before);
    const dated = items.map((item) => ({ ...item, day: dayOf(c, item.startedAt) }));
    openToAll(c, SHORT);
    const children = ArchivePage({ lang, site: siteOf(c), items: dated, next });
    return replyPage(c, { lang, title: archiveTitle(lang), children });
  },
);

archiveRoutes.get(
  `${ARCHIVE}/feed.xml`,
  describe({ tag, summary: "The same as an Atom feed", replies: { 200: "application/atom+xml" } }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const lang = languageOf(c);
    const { items } = await archive(rt, lang);
    openToAll(c, SHORT);
    const feed = archiveAtom(rt.settings, items, lang, 0);
    return c.body(feed, 200, { "Content-Type": "application/atom+xml; charset=utf-8" });
  },
);

archiveRoutes.get(
  `${ARCHIVE}/feed.json`,
  describe({ tag, summary: "The same as a JSON Feed", replies: { 200: "application/feed+json" } }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const lang = languageOf(c);
    const { items } = await archive(rt, lang);
    openToAll(c, SHORT);
    const feed = archiveJson(rt.settings, items, lang);
    return c.body(JSON.stringify(feed), 200, { "Content-Type": "application/feed+json; charset=utf-8" });
  },
);

archiveRoutes.get(
  `${ARCHIVE}/:slug`,
  describe({ tag, summary: "A newsletter, with nobody's name in it", replies: { 200: "text/html" } }),
  conditional,
  async (c) => {
    const { rt } = c.var;
    const lang = languageOf(c);
    const { startedAt, lang: written, subject, blocks } = await archived(rt, c.req.param("slug"), lang);
    openToAll(c, SHORT, new Date(startedAt));
    const children = WebVersion({
      ...{ lang, site: siteOf(c), written, subject, blocks },
      day: dayOf(c, startedAt),
      origin: rt.settings.ORIGIN,
    });
    return replyPage(c, { lang, title: subject, children, hasImages: true });
  },
);

const dayOf = (c: Door, at: number): string => dayIn(c.var.rt.settings.TIME_ZONE, at);

/** The host's own site, where the sign-up form stands. */
const siteOf = (c: Door): string | undefined => c.var.rt.settings.SURFACES["site"]?.origins[0];
