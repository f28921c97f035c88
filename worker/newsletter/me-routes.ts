import { Hono } from "hono";
import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { type Door, type House, languageOf, limitRate, pageOrigin, parse, readJson } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import type { PanelCustomer } from "../platform/panel.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { Surface } from "../platform/settings.ts";
import { chooseMine, mineOf } from "./mine.ts";
import { chooseMineShape, mineShape } from "./shapes.ts";

const tag = "newsletter";

/** What this needs of other rooms, handed in by app.ts: rooms of one rank do not import each other, and customers/ not at all. */
export interface MineNeeds {
  policyDateInForce(rt: Runtime): Promise<string | null>;
  /** The customer whom a panel token names. Refuses unauthorized, origin_not_allowed and unknown_customer. */
  signedIn(c: Door): Promise<{ surface: Surface; customer: PanelCustomer }>;
}

/** The address that a panel says its customer has. */
const claimShape = z.object({ email: emailField });

/** The newsletter of the customer whom a panel token names, by the address in that token. */
export function myNewsletterRoutes({ policyDateInForce, signedIn }: MineNeeds): Hono<House> {
  const routes = new Hono<House>();

  routes.get(
    "/v1/me/newsletter",
    describe({
      tag,
      summary: "Whether this customer's address gets the newsletter",
      replies: { 200: mineShape },
      auth: "panel",
    }),
    async (c) => {
      const { customer } = await signedIn(c);
      const { email } = parse(claimShape, { email: customer.email });
      return c.json(await mineOf(c.var.rt, email, languageOf(c)));
    },
  );

  routes.put(
    "/v1/me/newsletter",
    describe({
      tag,
      summary: "Choose topics; none to leave. Whose address does not get it yet is asked by mail",
      body: chooseMineShape,
      replies: { 200: mineShape },
      auth: "panel",
    }),
    async (c) => {
      const { rt } = c.var;
      const { surface, customer } = await signedIn(c);
      const { email } = parse(claimShape, { email: customer.email });
      const { topics, wording, lang: wished } = await readJson(c, chooseMineShape);
      // Leaving is never put off.
      if (topics.length > 0) await limitRate(c, email);
      const lang = languageOf(c, wished);
      const policyDate = await policyDateInForce(rt);
      const asked = { lang, surface: surface.name, pageOrigin: pageOrigin(c, surface), policyDate };
      await chooseMine(rt, email, { topics, wording }, asked);
      return c.json(await mineOf(rt, email, lang));
    },
  );

  return routes;
}
