import { Hono } from "hono";
import { customerOf } from "../customers/panel-routes.ts";
import { findByNumber } from "../customers/store.ts";
import { type House, languageOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { acknowledge, noticeIn, noticesFor, recordShown } from "./notice.ts";
import { acknowledgedDates } from "./panel-store.ts";
import { acknowledgedShape, noticesShape, shownShape } from "./shapes.ts";

const tag = "policy";

/** The notices of the customer whom a panel token names. */
export const myNoticeRoutes = new Hono<House>();

myNoticeRoutes.get(
  "/v1/me/notices",
  describe({
    tag,
    summary: "Notices this customer has not acknowledged",
    replies: { 200: noticesShape },
    auth: "panel",
  }),
  async (c) => {
    const { found: done } = await customerOf(c, acknowledgedDates);
    const { rt } = c.var;
    const lang = languageOf(c);
    const notices = (await noticesFor(rt, done)).map((notice) => noticeIn(rt, notice, lang));
    return c.json({ notices }, 200, { "Cache-Control": "no-store" });
  },
);

myNoticeRoutes.post(
  "/v1/me/notices/:date/acknowledgement",
  describe({ tag, summary: "Acknowledge a notice", replies: { 200: acknowledgedShape }, auth: "panel" }),
  async (c) => {
    const { surface, customer } = await customerOf(c, findByNumber);
    const date = c.req.param("date");
    await acknowledge(c.var.rt, customer, date, surface.name);
    return c.json({ date, acknowledged: true });
  },
);

myNoticeRoutes.post(
  "/v1/me/notices/:date/shown",
  describe({ tag, summary: "Tell that the panel shows a notice", replies: { 200: shownShape }, auth: "panel" }),
  async (c) => {
    const { surface, customer } = await customerOf(c, findByNumber);
    const date = c.req.param("date");
    await recordShown(c.var.rt, customer, date, surface.name);
    return c.json({ date, shown: true });
  },
);
