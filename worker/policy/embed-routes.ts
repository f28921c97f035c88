import { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf, surfaceOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { embedScript, viewFile } from "./embed.ts";
import { noticeIn, noticesToday } from "./notice.ts";
import { noticesShape } from "./shapes.ts";

const SHORT = "public, max-age=60, stale-while-revalidate=600";
const tag = "policy";

/** What the pages that embed the widget fetch of it, and the notices that are in it. */
export const embedRoutes = new Hono<House>();

embedRoutes.get(
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

embedRoutes.get(
  "/w/:build/:lang/:file",
  describe({ tag, summary: "A view's file of an earlier build, from this one", replies: { 200: "text/javascript" } }),
  async (c) => {
    const { lang, file } = c.req.param();
    return replyView(c, await viewFile(c.var.rt, `${lang}/${file}`));
  },
);

embedRoutes.get(
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

/** A page loaded before a deployment asks for files that are gone with it; it gets what took their place, uncached. */
function replyView(c: Door, script: string | undefined) {
  if (script === undefined) throw new Refusal("not_found");
  return c.body(script, 200, {
    "Content-Type": "text/javascript; charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
}
