import { Hono } from "hono";
import { checkChallenge } from "../platform/challenge.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf, limitRate, pageOrigin, readJson, surfaceOf } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyAction, replyDone } from "../platform/page.tsx";
import type { Runtime } from "../platform/runtime.ts";
import type { Press } from "./doubts.ts";
import { PAGE_WORDS } from "./pages.ts";
import { pendingShape, subscribeShape } from "./shapes.ts";
import { confirmSubscription, openConfirmation, subscribe } from "./subscription.ts";

const tag = "newsletter";

/** What a request tells of whoever presses the button of a page of ours. */
export const pressOf = (c: Door): Press => ({
  userAgent: c.req.header("user-agent") ?? null,
  isFromPage: c.req.header("origin") !== undefined || c.req.header("sec-fetch-site") !== undefined,
});

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
        method: "form" as const,
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

  const page = (summary: string) => describe({ tag, summary, replies: { 200: "text/html" } });
  const tokenOf = (c: Door) => c.req.query("token") ?? "";

  routes.get("/newsletter/confirm", page("A button to confirm with"), async (c) => {
    const { signup } = await openConfirmation(c.var.rt, tokenOf(c));
    const lang = languageOf(c, signup.lang);
    return replyAction(c, lang, PAGE_WORDS[lang].confirm);
  });

  routes.post("/newsletter/confirm", page("Confirm the subscription"), async (c) => {
    const { rt } = c.var;
    const shown = { langFor: (known: string) => languageOf(c, known), policyDate: () => policyDateInForce(rt) };
    const lang = languageOf(c, await confirmSubscription(rt, tokenOf(c), pressOf(c), shown));
    return replyDone(c, lang, PAGE_WORDS[lang].confirmed);
  });

  return routes;
}
