import { Hono } from "hono";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, languageOf, limitForms, limitRate, parse, readForm } from "../platform/http.ts";
import { isLanguage, type Language } from "../platform/languages.ts";
import { describe } from "../platform/openapi.ts";
import { replyAction, replyDone, replyPage } from "../platform/page.tsx";
import { REFUSAL_WORDS } from "../platform/words.ts";
import { agreeToMove, openMove, requestMove, type Side } from "./address-change.ts";
import { type Asked, currentWording } from "./consent.ts";
import { leaveAll, openPreferences, rejoin, savePreferences, standingOf } from "./preferences.ts";
import { PreferencesPage, type Returned } from "./preferences-pages.tsx";
import { choiceShape, moveShape, rejoinShape } from "./preferences-shapes.ts";
import type { Subscriber } from "./preferences-store.ts";
import { PREFERENCES_WORDS } from "./preferences-words.ts";
import { type NewsletterNeeds, pressOf } from "./routes.ts";
import { inOrder } from "./topics.ts";

const tag = "newsletter";
/** Where something was asked for that was asked for here. */
const SURFACE = "preferences";
const DONE = ["saved", "asked", "rejoined"] as const;
type Done = (typeof DONE)[number];
type Values = Record<string, string>;

const page = (summary: string) => describe({ tag, summary, replies: { 200: "text/html" } });
const tokenOf = (c: Door) => c.req.query("token") ?? "";

/** The address of a page for a token, in the language that the reader chose there. */
function addressOf(c: Door, path: string, more: Values = {}): string {
  const lang = c.req.query("lang");
  return `${path}?${new URLSearchParams({ token: tokenOf(c), ...(isLanguage(lang) ? { lang } : {}), ...more })}`;
}

/** The preference centre, and the change of address that it starts. Nothing changes but by a form of theirs. */
export function preferencesRoutes({ policyDateInForce }: NewsletterNeeds): Hono<House> {
  const routes = new Hono<House>();

  routes.get("/newsletter/preferences", page("Topics, language, name, address, and the way out"), async (c) => {
    const subscriber = await openPreferences(c.var.rt, tokenOf(c));
    const lang = languageOf(c, subscriber.lang);
    const done = DONE.find((known) => known === c.req.query("done")) ?? null;
    return replyPreferences(c, lang, subscriber, done, null);
  });

  routes.post("/newsletter/preferences", page("Save what was chosen"), async (c) => {
    const { rt } = c.var;
    const subscriber = await openPreferences(rt, tokenOf(c));
    const lang = languageOf(c, subscriber.lang);
    const values = await readForm(c);
    try {
      // Leaving is never put off.
      if (values["do"] !== "leave") await limitForms(c);
      const policyDate = await policyDateInForce(rt);
      const asked = { lang, surface: SURFACE, pageOrigin: rt.settings.ORIGIN, policyDate };
      const done = await act(c, subscriber, values, asked);
      if (done === "no topic")
        return replyPreferences(c, lang, subscriber, null, { ...returnedOf(values), hasNoTopic: true });
      return c.redirect(addressOf(c, "/newsletter/preferences", done ? { done } : {}), 303);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, errors = [] } = error;
      const { title, advice } = REFUSAL_WORDS[lang][code];
      const fault = code === "invalid_input" ? null : `${title}. ${advice}`;
      return replyPreferences(c, lang, subscriber, null, { ...returnedOf(values), errors, fault }, error.status);
    }
  });

  for (const side of ["from", "to"] as const) moveRoutes(routes, side);
  return routes;
}

/** Does what a form of the page asks for. */
async function act(c: Door, subscriber: Subscriber, values: Values, asked: Asked): Promise<Done | "no topic" | null> {
  const { rt } = c.var;
  switch (values["do"]) {
    case "leave":
      await leaveAll(rt, subscriber);
      return null;
    case "move": {
      const { email } = parse(moveShape, values);
      await limitRate(c, email);
      await requestMove(rt, subscriber, email, asked.lang);
      return "asked";
    }
    case "rejoin":
      await limitRate(c, subscriber.email);
      await rejoin(rt, subscriber, parse(rejoinShape, { ...values, topics: tickedIn(values) }), asked);
      return "rejoined";
    default: {
      const seen = (values["seen"] ?? "").split(",").filter(Boolean);
      const choice = parse(choiceShape, { ...values, topics: tickedIn(values), seen });
      return (await savePreferences(rt, subscriber, choice, asked, pressOf(c))) ? "saved" : "no topic";
    }
  }
}

const TICK = "topic.";

const tickedIn = (values: Values): string[] =>
  Object.keys(values)
    .filter((name) => name.startsWith(TICK))
    .map((name) => name.slice(TICK.length));

const returnedOf = (values: Values): Returned => ({ values, errors: [], fault: null, hasNoTopic: false });

async function replyPreferences(
  c: Door,
  lang: Language,
  subscriber: Subscriber,
  done: Done | null,
  returned: Returned | null,
  status = returned === null ? 200 : 422,
) {
  const { rt } = c.var;
  const children = PreferencesPage({
    lang,
    subscriber,
    standing: await standingOf(rt, subscriber),
    // What is no longer offered can be given up, and not asked for anew.
    topics: inOrder(rt, [...rt.settings.TOPICS, ...(subscriber.status === "active" ? subscriber.topics : [])]),
    wording: await currentWording(lang),
    action: addressOf(c, "/newsletter/preferences"),
    receipt: addressOf(c, "/newsletter/receipt"),
    done,
    returned,
  });
  return replyPage(c, { lang, title: PREFERENCES_WORDS[lang].title, children }, status);
}

function moveRoutes(routes: Hono<House>, side: Side): void {
  const path = `/newsletter/move-${side}`;

  routes.get(path, page("A button to agree to a change of address with"), async (c) => {
    const { change, lang: known } = await openMove(c.var.rt, side, tokenOf(c));
    const lang = languageOf(c, known);
    const { moveFrom, moveTo } = PREFERENCES_WORDS[lang];
    const words = side === "to" ? moveTo : { ...moveFrom, text: moveFrom.text(change.email) };
    return replyAction(c, lang, words);
  });

  routes.post(path, page("Agree to a change of address"), async (c) => {
    const { outcome, lang: known } = await agreeToMove(c.var.rt, side, tokenOf(c));
    const lang = languageOf(c, known);
    return replyDone(c, lang, PREFERENCES_WORDS[lang][outcome]);
  });
}
