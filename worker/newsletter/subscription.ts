import { ledgerEntry } from "../ledger/entry.ts";
import { newMail } from "../mail/outbox.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { commitOnce } from "../platform/challenge.ts";
import { commit, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import { chooseLanguage, LANGUAGES, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { useToken } from "../platform/store.ts";
import { mintToken, openToken } from "../platform/tokens.ts";
import {
  activate,
  appendConsent,
  ensureSubscriber,
  findConfirmation,
  insertAnswer,
  insertSignup,
  insertSignupToken,
  insertWayOut,
  insertWelcome,
} from "./store.ts";
import { WORDINGS } from "./wording.ts";

const DAY = 86_400_000;
/** Confirmation mails and "you already are" notes per address a day: enough for a person, too few to pester one. */
const CONFIRMS_A_DAY = 3;
const NOTES_A_DAY = 1;

/** Where and how something was asked for; kept as evidence. */
export interface Asked {
  lang: Language;
  surface: string;
  pageOrigin: string | null;
  /** The policy version in force at that moment. */
  policyDate: string | null;
}

export interface SubscribeRequest extends Asked {
  email: string;
  topics: readonly string[] | undefined;
  wording: string | undefined;
}

/**
 * Takes a request to subscribe. Whatever the address is, the same statements run in one round trip and the caller
 * learns nothing. A new, pending or left address is mailed a confirmation (capped); an active one a note (capped), and
 * nothing about it changes. Refuses invalid_input for an unknown topic or wording, challenge_used for a spent challenge.
 */
export async function subscribe(rt: Runtime, request: SubscribeRequest, challenge: Statement[]): Promise<void> {
  const { email, lang, surface, pageOrigin, policyDate } = request;
  const now = rt.now();
  const topics = chosenTopics(rt, request.topics);
  const wording = request.wording === undefined ? null : (await knownWording(request.wording)).sha256;
  const signup = {
    id: base64url(rt.random(16)),
    lang,
    topics,
    wording,
    policyDate,
    surface,
    pageOrigin,
    method: "form" as const,
    requestedAt: now,
  };
  const token = await mintToken(rt, "newsletter.confirm", signup.id);
  const mail = newMail(rt, "newsletter.confirm", email, lang, { token: token.id });
  const since = now - DAY;
  await commitOnce(rt, [
    ...challenge,
    ensureSubscriber({
      id: base64url(rt.random(16)),
      email,
      status: "pending",
      lang,
      topics,
      source: surface,
      requestedAt: now,
    }),
    insertSignup({ ...signup, email, most: CONFIRMS_A_DAY, since }),
    insertSignupToken({ ...token, signup: signup.id }),
    insertAnswer({ ...mail, signup: signup.id, note: "newsletter.already", most: NOTES_A_DAY, since }),
  ]);
  // Always, row or no row: the queue drops an id that has none.
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** The signup that a confirmation token belongs to. Refuses token_invalid, token_expired and token_used. */
export async function openConfirmation(rt: Runtime, text: string) {
  const { token, signup, subscriber } = await openToken(rt, "newsletter.confirm", text, findConfirmation);
  if (token.usedAt !== null || !signup || !subscriber || signup.confirmedAt !== null) throw new Refusal("token_used");
  return { token, signup, subscriber };
}

/**
 * Confirms a signup and gives its language: the subscriber becomes active, the consent enters the ledger with both steps,
 * a welcome mail with a way out is on its way. Refuses as openConfirmation does; of two at once, one.
 */
export async function confirmSubscription(rt: Runtime, text: string): Promise<Language> {
  const { token, signup, subscriber } = await openConfirmation(rt, text);
  const now = rt.now();
  const { email, id } = subscriber;
  const lang = chooseLanguage(rt.settings.LANGUAGE, signup.lang);
  const entry = await ledgerEntry(rt, "consent.given", {
    event: signup.id,
    subject: `subscriber:${id}`,
    body: {
      email,
      topics: signup.topics,
      lang,
      wording: signup.wording === null ? null : await knownWording(signup.wording),
      policyDate: signup.policyDate,
      surface: signup.surface,
      pageOrigin: signup.pageOrigin,
      method: signup.method,
      flags: signup.flags ?? [],
      import: signup.importId,
      requestedAt: new Date(signup.requestedAt).toISOString(),
      confirmedAt: new Date(now).toISOString(),
    },
  });
  const wayOut = await mintToken(rt, "newsletter.unsubscribe", id);
  const welcome = newMail(rt, "newsletter.welcome", email, lang, { token: wayOut.id });
  const condition = { signup: signup.id };
  const [consents] = await commit(rt, [
    appendConsent({ ...entry, ...condition }),
    insertWayOut({ ...wayOut, ...condition }),
    insertWelcome({ ...welcome, ...condition }),
    useToken(rt.db, token.id, now),
    ...activate(rt.db, signup, now),
  ]);
  // Between our reading and this commit they left, or confirmed by another link.
  if (consents === 0) throw new Refusal("token_used");
  wake(rt, [{ kind: "mail", id: welcome.id }]);
  return lang;
}

function chosenTopics(rt: Runtime, wished: readonly string[] | undefined): string[] {
  const offered = rt.settings.TOPICS;
  const unknown = (wished ?? []).findIndex((topic) => !offered.includes(topic));
  if (unknown >= 0) {
    throw new Refusal("invalid_input", { errors: [{ path: `topics.${unknown}`, code: "unknown_value" }] });
  }
  return wished && wished.length > 0 ? [...new Set(wished)] : offered.slice(0, 1);
}

let wordings: ReadonlyMap<string, string> | undefined;

async function knownWording(hash: string): Promise<{ sha256: string; text: string }> {
  if (!wordings) {
    const texts = LANGUAGES.flatMap((lang) => WORDINGS[lang]);
    // Whole at once: another request may look while this one waits for the hashes.
    wordings = new Map(await Promise.all(texts.map(async (text) => [await sha256(text), text] as const)));
  }
  const text = wordings.get(hash);
  if (text === undefined) throw new Refusal("invalid_input", { errors: [{ path: "wording", code: "unknown_value" }] });
  return { sha256: hash, text };
}
