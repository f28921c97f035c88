import { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import { bearer, type Door, type House, languageOf, pageOrigin, surfaceOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { panelSurface, verifyPanelToken } from "../platform/panel.ts";
import { acknowledge, noticeIn, noticesFor } from "./notice.ts";
import { acknowledgedShape, noticesShape } from "./shapes.ts";

const tag = "policy";

/** The notices of the customer whom a panel token names. */
export const myNoticeRoutes = new Hono<House>();

/** The customer of a panel token. The surface is the token's issuer, unless the address names one. Refuses unauthorized. */
async function customerOf(c: Door) {
  const token = bearer(c);
  if (token === undefined) throw new Refusal("unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
  const surface = c.req.query("surface") === undefined ? panelSurface(c.var.rt, token) : surfaceOf(c);
  pageOrigin(c, surface);
  return { surface, customer: await verifyPanelToken(c.var.rt, surface, token) };
}

myNoticeRoutes.get(
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

myNoticeRoutes.post(
  "/v1/me/notices/:date/acknowledgement",
  describe({ tag, summary: "Acknowledge a notice", replies: { 200: acknowledgedShape }, auth: "panel" }),
  async (c) => {
    const { surface, customer } = await customerOf(c);
    const date = c.req.param("date");
    await acknowledge(c.var.rt, customer, date, surface.name);
    return c.json({ date, acknowledged: true });
  },
);
