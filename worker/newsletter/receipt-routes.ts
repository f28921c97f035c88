import { Hono } from "hono";
import { type Door, type House, languageOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyPage } from "../platform/page.tsx";
import { openPreferences } from "./preferences.ts";
import { receiptOf } from "./receipt.ts";
import { ReceiptPage } from "./receipt-pages.tsx";
import { receiptShape } from "./receipt-shapes.ts";
import { RECEIPT_WORDS } from "./receipt-words.ts";

/** Whether a program asks: by ?format=json, or as it takes JSON and no page. */
function wantsJson(c: Door): boolean {
  if (c.req.query("format") === "json") return true;
  const accept = c.req.header("accept") ?? "";
  return accept.includes("application/json") && !accept.includes("text/html");
}

/** A person's receipt of their consent, by the link to their preferences. */
export const receiptRoutes = new Hono<House>();

receiptRoutes.get(
  "/newsletter/receipt",
  describe({
    tag: "newsletter",
    summary:
      "A receipt of consent, modelled on ISO/IEC TS 27560: a page, or JSON by Accept or ?format=json; by the token of the preferences",
    replies: { 200: receiptShape },
  }),
  async (c) => {
    const { rt } = c.var;
    const token = c.req.query("token") ?? "";
    const subscriber = await openPreferences(rt, token);
    const lang = languageOf(c, subscriber.lang);
    const receipt = await receiptOf(rt, subscriber, lang);
    if (wantsJson(c)) {
      c.header("Content-Disposition", 'attachment; filename="consent-receipt.json"');
      c.header("Content-Language", lang);
      c.header("Vary", "Accept, Accept-Language", { append: true });
      return c.json(receipt);
    }
    c.header("Vary", "Accept", { append: true });
    const to = (path: string, more = {}) => `${path}?${new URLSearchParams({ token, lang, ...more })}`;
    const children = ReceiptPage({
      lang,
      timeZone: rt.settings.TIME_ZONE,
      receipt,
      download: to("/newsletter/receipt", { format: "json" }),
      preferences: to("/newsletter/preferences"),
    });
    return replyPage(c, { lang, title: RECEIPT_WORDS[lang].title, children });
  },
);
