import { Hono } from "hono";
import { checkChallenge } from "../platform/challenge.ts";
import { Refusal } from "../platform/errors.ts";
import {
  type Door,
  type House,
  isForm,
  languageOf,
  limitForms,
  limitRate,
  pageOrigin,
  parse,
  readForm,
  readJson,
  registrationIp,
  surfaceOf,
} from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyAction, replyDone, replyPage } from "../platform/page.tsx";
import type { Runtime } from "../platform/runtime.ts";
import { REFUSAL_WORDS } from "../platform/words.ts";
import { FormPage, PAGE_WORDS } from "./pages.tsx";
import { askRegistration, confirmRegistration, openRegistration } from "./registration.ts";
import { idempotencyKeyShape, pendingReply, registrationShape } from "./shapes.ts";

const tag = "customers";

/** What registering needs of rooms to the right, handed in by app.ts. */
export interface RegistrationNeeds {
  policyDateInForce(rt: Runtime): Promise<string | null>;
}

/** Registering by a form: asked for on a page, confirmed by a link in a mail, answered with a customer number. */
export function registrationRoutes({ policyDateInForce }: RegistrationNeeds): Hono<House> {
  const routes = new Hono<House>();

  routes.post(
    "/v1/registrations",
    describe({
      tag,
      summary:
        "Ask for a customer number; a plain HTML form is taken too. The number is given after a click in a mail. A retry with the same Idempotency-Key is no second registration",
      body: registrationShape,
      replies: { 202: pendingReply },
    }),
    async (c) => {
      if (isForm(c)) return takeForm(c);
      const asked = askedOf(c);
      const input = await readJson(c, registrationShape);
      if (input.website) throw new Refusal("looks_automated");
      const header = { "Idempotency-Key": c.req.header("idempotency-key") };
      const { "Idempotency-Key": idempotencyKey = null } = parse(idempotencyKeyShape, header);
      await limitRate(c, input.email);
      const { rt } = c.var;
      const policyDate = await policyDateInForce(rt);
      const challenge = await checkChallenge(rt, input.challenge);
      const lang = languageOf(c, input.lang);
      await askRegistration(rt, input, { ...asked, lang, policyDate, idempotencyKey }, challenge);
      return c.json({ status: "pending" }, 202);
    },
  );

  /** A form without JavaScript: bad input comes back as the same form, filled in; a good one ends on a page of its own. */
  async function takeForm(c: Door) {
    const { rt } = c.var;
    const asked = askedOf(c);
    const values = await readForm(c);
    const lang = languageOf(c, values["lang"]);
    try {
      const input = parse(registrationShape, { ...withAddresses(values), lang });
      if (input.website) throw new Refusal("looks_automated");
      await limitForms(c);
      await limitRate(c, input.email);
      const policyDate = await policyDateInForce(rt);
      await askRegistration(rt, input, { ...asked, lang, policyDate, idempotencyKey: null }, []);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, errors = [], status } = error;
      const { title, advice } = REFUSAL_WORDS[lang][code];
      const fault = code === "invalid_input" ? null : `${title}. ${advice}`;
      const action = `/v1/registrations?surface=${asked.surface}`;
      const children = FormPage({ lang, action, values, errors, fault });
      return replyPage(c, { lang, title: PAGE_WORDS[lang].form.title, children }, status);
    }
    return c.redirect(`/register/sent?lang=${lang}`, 303);
  }

  const page = (summary: string) => describe({ tag, summary, replies: { 200: "text/html" } });
  const tokenOf = (c: Door) => c.req.query("token") ?? "";

  routes.get("/register/sent", page("Says that a click in a mail is needed"), (c) => {
    const lang = languageOf(c);
    return replyDone(c, lang, PAGE_WORDS[lang].sent);
  });

  routes.get("/register/confirm", page("A button to confirm with"), async (c) => {
    const { registration } = await openRegistration(c.var.rt, tokenOf(c));
    const lang = languageOf(c, registration.lang);
    return replyAction(c, lang, PAGE_WORDS[lang].confirm);
  });

  routes.post("/register/confirm", page("Confirm the registration; shows the number"), async (c) => {
    const { number, lang: known } = await confirmRegistration(c.var.rt, tokenOf(c));
    const lang = languageOf(c, known);
    return replyDone(c, lang, PAGE_WORDS[lang].confirmed(number));
  });

  return routes;
}

function askedOf(c: Door) {
  const surface = surfaceOf(c);
  return { surface: surface.name, pageOrigin: pageOrigin(c, surface), ip: registrationIp(c) };
}

const PARTS = ["street", "postalCode", "city", "country"] as const;

/** The fields of a plain form ("address.city") as a JSON body has them. */
function withAddresses(values: Readonly<Record<string, string>>) {
  const addressOf = (name: string) => Object.fromEntries(PARTS.map((part) => [part, values[`${name}.${part}`] ?? ""]));
  return { ...values, address: addressOf("address"), billingAddress: addressOf("billingAddress") };
}
