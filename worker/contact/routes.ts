import { Hono } from "hono";
import { signedInTo } from "../customers/panel-routes.ts";
import { checkChallenge } from "../platform/challenge.ts";
import { Refusal } from "../platform/errors.ts";
import {
  bearer,
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
  surfaceOf,
} from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { replyAction, replyDone, replyPage } from "../platform/page.tsx";
import type { Surface } from "../platform/settings.ts";
import { REFUSAL_WORDS } from "../platform/words.ts";
import { confirmMessage, openMessage, receive, receiveForm } from "./conversation.ts";
import { FormPage, PAGE_WORDS } from "./pages.tsx";
import { idempotencyKeyShape, messageShape, receivedShape } from "./shapes.ts";

const tag = "contact";

export const contactRoutes = new Hono<House>();

contactRoutes.post(
  "/v1/contact/messages",
  describe({
    tag,
    summary: "Send a message; a plain HTML form is taken too, and counts after a click in a mail",
    body: messageShape,
    replies: { 201: receivedShape },
  }),
  async (c) => {
    const { rt } = c.var;
    const signedIn = bearer(c) === undefined ? null : await signedInTo(c);
    const surface = signedIn?.surface ?? surfaceOf(c);
    const origin = pageOrigin(c, surface);
    if (isForm(c)) return takeForm(c, surface, origin);
    const input = await readJson(c, messageShape);
    if (input.website) throw new Refusal("looks_automated");
    const header = { "Idempotency-Key": c.req.header("idempotency-key") };
    const { "Idempotency-Key": idempotencyKey = null } = parse(idempotencyKeyShape, header);
    await limitRate(c, input.email);
    const received = {
      lang: languageOf(c, input.lang),
      surface: surface.name,
      pageOrigin: origin,
      customerNumber: signedIn?.customer.number ?? null,
      idempotencyKey,
    };
    const reference = await receive(rt, input, received, await checkChallenge(rt, input.challenge));
    return c.json({ reference }, 201);
  },
);

/** A form without JavaScript: bad input comes back as the same form, filled in; a good one ends on a page of its own. */
async function takeForm(c: Door, surface: Surface, origin: string | null) {
  const values = await readForm(c);
  const lang = languageOf(c, values["lang"]);
  try {
    const input = parse(messageShape, { ...values, lang });
    if (input.website) throw new Refusal("looks_automated");
    await limitForms(c);
    await limitRate(c, input.email);
    await receiveForm(c.var.rt, input, {
      lang,
      surface: surface.name,
      pageOrigin: origin,
      customerNumber: null,
      idempotencyKey: null,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, errors = [], status } = error;
    const { title, advice } = REFUSAL_WORDS[lang][code];
    const fault = code === "invalid_input" ? null : `${title}. ${advice}`;
    const action = `/v1/contact/messages?surface=${surface.name}`;
    const children = FormPage({ lang, action, values, errors, fault });
    return replyPage(c, { lang, title: PAGE_WORDS[lang].form.title, children }, status);
  }
  return c.redirect(`/contact/sent?lang=${lang}`, 303);
}

const page = (summary: string) => describe({ tag, summary, replies: { 200: "text/html" } });
const tokenOf = (c: Door) => c.req.query("token") ?? "";

contactRoutes.get("/contact/sent", page("Says that a click in a mail is needed"), (c) => {
  const lang = languageOf(c);
  return replyDone(c, lang, PAGE_WORDS[lang].sent);
});

contactRoutes.get("/contact/confirm", page("A button to send the message with"), async (c) => {
  const { conversation } = await openMessage(c.var.rt, tokenOf(c));
  const lang = languageOf(c, conversation.lang);
  return replyAction(c, lang, PAGE_WORDS[lang].confirm);
});

contactRoutes.post("/contact/confirm", page("Send the message"), async (c) => {
  const { lang: known, reference } = await confirmMessage(c.var.rt, tokenOf(c));
  const lang = languageOf(c, known);
  return replyDone(c, lang, PAGE_WORDS[lang].confirmed(reference));
});
