import { Hono } from "hono";
import { checkChallenge } from "../platform/challenge.ts";
import { Refusal } from "../platform/errors.ts";
import {
  type Door,
  type House,
  isForm,
  languageOf,
  limitRate,
  pageOrigin,
  readForm,
  readJson,
  surfaceOf,
} from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyAction, replyDone } from "../platform/page.tsx";
import { leaveByToken, openLeave, requestLeaveLink } from "./leaving.ts";
import { PAGE_WORDS } from "./pages.ts";
import { leaveShape, requestedShape } from "./shapes.ts";

const tag = "newsletter";

/** The ways out of the newsletter by a link. None needs a cookie, and each can be taken again. */
export const leaveRoutes = new Hono<House>();

leaveRoutes.post(
  "/v1/newsletter/unsubscriptions",
  describe({ tag, summary: "Ask for a link to leave", body: leaveShape, replies: { 202: requestedShape } }),
  async (c) => {
    const { rt } = c.var;
    pageOrigin(c, surfaceOf(c));
    const { email, lang, challenge, website } = await readJson(c, leaveShape);
    if (website) throw new Refusal("looks_automated");
    await limitRate(c, email);
    await requestLeaveLink(rt, email, languageOf(c, lang), await checkChallenge(rt, challenge));
    return c.json({ status: "requested" }, 202);
  },
);

const page = (summary: string) => describe({ tag, summary, replies: { 200: "text/html" } });
const tokenOf = (c: Door) => c.req.query("token") ?? "";

leaveRoutes.get("/newsletter/unsubscribe", page("A button to leave with"), async (c) => {
  const { status, lang: known } = await openLeave(c.var.rt, tokenOf(c));
  const lang = languageOf(c, known);
  const words = PAGE_WORDS[lang];
  return status === "left" ? replyDone(c, lang, words.left) : replyAction(c, lang, words.leave);
});

leaveRoutes.post("/newsletter/unsubscribe", page("Leave; takes the one-click body of RFC 8058"), async (c) => {
  const { rt } = c.var;
  const by = (await isOneClick(c)) ? "one-click" : "link";
  const lang = languageOf(c, await leaveByToken(rt, tokenOf(c), by, c.req.query("campaign")));
  return replyDone(c, lang, PAGE_WORDS[lang].left);
});

/** The token says who leaves. What the body says, and whether it can be read, only tells a mail program from a button. */
async function isOneClick(c: Door): Promise<boolean> {
  const form = isForm(c) ? await readForm(c).catch(() => undefined) : undefined;
  return form?.["List-Unsubscribe"] === "One-Click";
}
