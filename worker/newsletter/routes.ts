import { Hono } from "hono";
import { checkChallenge } from "../platform/challenge.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf, limitRate, pageOrigin, readJson, surfaceOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyAction, replyDone } from "../platform/page.tsx";
import type { Runtime } from "../platform/runtime.ts";
import { PAGE_WORDS } from "./pages.ts";
import { leaveShape, pendingShape, requestedShape, subscribeShape } from "./shapes.ts";
import {
  confirmSubscription,
  leaveByToken,
  openConfirmation,
  openLeave,
  requestLeaveLink,
  subscribe,
} from "./subscription.ts";

const tag = "newsletter";

/** What the newsletter needs of other rooms, handed in by app.ts: rooms of one rank do not import each other. */
export interface NewsletterNeeds {
  policyDateInForce(rt: Runtime): Promise<string | null>;
}

export function newsletterRoutes({ policyDateInForce }: NewsletterNeeds): Hono<House> {
  const routes = new Hono<House>();

  routes.post(
    "/v1/newsletter/subscriptions",
    describe({ tag, summary: "Ask for the newsletter", body: subscribeShape, replies: { 202: pendingShape } }),
    async (c) => {
      const { rt } = c.var;
      const surface = surfaceOf(c);
      const origin = pageOrigin(c, surface);
      const { email, topics, wording, lang, challenge, website } = await readJson(c, subscribeShape);
      if (website) throw new Refusal("looks_automated");
      await limitRate(c, email);
      const request = {
        email,
        topics,
        wording,
        lang: languageOf(c, lang),
        surface: surface.name,
        pageOrigin: origin,
        policyDate: await policyDateInForce(rt),
      };
      await subscribe(rt, request, await checkChallenge(rt, challenge));
      return c.json({ status: "pending" }, 202);
    },
  );

  routes.post(
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

  routes.get("/newsletter/confirm", page("A button to confirm with"), async (c) => {
    const { signup } = await openConfirmation(c.var.rt, tokenOf(c));
    const lang = languageOf(c, signup.lang);
    return replyAction(c, lang, PAGE_WORDS[lang].confirm);
  });

  routes.post("/newsletter/confirm", page("Confirm the subscription"), async (c) => {
    const lang = languageOf(c, await confirmSubscription(c.var.rt, tokenOf(c)));
    return replyDone(c, lang, PAGE_WORDS[lang].confirmed);
  });

  routes.get("/newsletter/unsubscribe", page("A button to leave with"), async (c) => {
    const { status, lang: known } = await openLeave(c.var.rt, tokenOf(c));
    const lang = languageOf(c, known);
    const words = PAGE_WORDS[lang];
    return status === "left" ? replyDone(c, lang, words.left) : replyAction(c, lang, words.leave);
  });

  routes.post("/newsletter/unsubscribe", page("Leave; takes the one-click body of RFC 8058"), async (c) => {
    const body = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>);
    const by = body["List-Unsubscribe"] === "One-Click" ? "one-click" : "link";
    const lang = languageOf(c, await leaveByToken(c.var.rt, tokenOf(c), by));
    return replyDone(c, lang, PAGE_WORDS[lang].left);
  });

  return routes;
}
