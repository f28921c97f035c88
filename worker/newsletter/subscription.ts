import { ledgerEntry } from "../ledger/entry.ts";
import { LEASE, newMail } from "../mail/outbox.ts";
import { addressHash } from "../mail/suppression.ts";
import { base64url } from "../platform/bytes.ts";
import { commitOnce } from "../platform/challenge.ts";
import { commit, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import { chooseLanguage, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { useToken } from "../platform/store.ts";
import { mintToken, openToken } from "../platform/tokens.ts";
import { type Asked, confirmWording, ownWording, type Wording } from "./consent.ts";
import { insertConsents, keepWording, replaceConsents } from "./consent-store.ts";
import { BURST, BURST_WINDOW, doubtsOf, type Press } from "./doubts.ts";
import { insertLinks, linkTokens } from "./links.ts";
import {
  activate,
  appendConsent,
  ensureSubscriber,
  findConfirmation,
  insertAnswer,
  insertSignup,
  insertSignupToken,
  insertWelcome,
  liftStop,
  type Signup,
} from "./store.ts";
import { chosenTopics } from "./topics.ts";

const DAY = 86_400_000;
/** Confirmation mails and "you already are" notes per address a day: enough for a person, too few to pester one. */
const CONFIRMS_A_DAY = 3;
const NOTES_A_DAY = 1;

/** What somebody asks for. A panel vouches for the customer; the mail is confirmed all the same. */
export interface SubscribeRequest extends Asked {
  method: "form" | "panel" | "preferences";
  email: string;
  topics: readonly string[] | undefined;
  wording: string | undefined;
}

/**
 * Takes a request to subscribe. Whatever the address is, the same statements run in one round trip and the caller
 * learns nothing. A new, pending, left or bounced address is mailed a confirmation (capped); an active one a note (capped), and
 * nothing about it changes; one that complained, or that staff stopped, gets nothing. Refuses invalid_input for an unknown topic or wording, challenge_used for a spent challenge.
 */
export async function subscribe(rt: Runtime, request: SubscribeRequest, challenge: Statement[]): Promise<void> {
  const { email, lang, surface, pageOrigin, policyDate, method } = request;
  const now = rt.now();
  const topics = chosenTopics(rt, request.topics);
  const wording = request.wording === undefined ? null : (await ownWording(request.wording)).sha256;
  const hash = await addressHash(rt, email);
  const id = base64url(rt.random(16));
  const token = await mintToken(rt, "newsletter.confirm", id);
  const mail = newMail(rt, "newsletter.confirm", email, lang, { token: token.id });
  const signup = {
    id,
    lang,
    topics,
    wording,
    policyDate,
    surface,
    pageOrigin,
    method,
    mailId: mail.id,
    requestedAt: now,
  };
  const since = now - DAY;
  await commitOnce(rt, [
    ...challenge,
    ensureSubscriber({
      id: base64url(rt.random(16)),
      email,
      hash,
      status: "pending",
      lang,
      topics,
      source: surface,
      requestedAt: now,
    }),
    insertSignup({ ...signup, email, hash, most: CONFIRMS_A_DAY, since }),
    insertSignupToken({ ...token, signup: id }),
    insertAnswer({ ...mail, signup: id, hash, note: "newsletter.already", most: NOTES_A_DAY, since }),
  ]);
  // Always, row or no row: the queue drops an id that has none.
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** The signup that a confirmation token belongs to, with what is known of its mail and of others who confirm. Refuses token_invalid, token_expired and token_used. */
export async function openConfirmation(rt: Runtime, text: string) {
  const since = rt.now() - BURST_WINDOW;
  const found = await openToken(rt, "newsletter.confirm", text, (db, id) => findConfirmation(db, id, since, BURST - 1));
  const { token, signup, subscriber } = found;
  if (token.usedAt !== null || !signup || !subscriber || signup.confirmedAt !== null) throw new Refusal("token_used");
  return { ...found, signup, subscriber };
}

/** The page on which somebody confirms: its language, by the one that they asked in, and the policy version in force. */
export interface ConfirmPage {
  langFor(known: string): Language;
  policyDate(): Promise<string | null>;
}

/**
 * Confirms a signup and gives its language: the subscriber becomes active, the consent enters the ledger with both steps
 * and how sure it is, under the words of the form, or, for whom an import brought, those of this page; a welcome mail with the ways on is on its way, and that the address had left or bounced is over.
 * Refuses as openConfirmation does; of two at once, one.
 */
export async function confirmSubscription(
  rt: Runtime,
  text: string,
  press: Press,
  page: ConfirmPage,
): Promise<Language> {
  const found = await openConfirmation(rt, text);
  const { token, signup, subscriber, others, sameDomain } = found;
  const now = rt.now();
  const { email, id } = subscriber;
  const lang = chooseLanguage(rt.settings.LANGUAGE, signup.lang);
  const { wording, policyDate } = await termsOf(signup, page);
  const flags = doubtsOf({ now, sentAt: sentAtOf(found.mail), others, sameDomain }, press);
  const entry = await ledgerEntry(rt, "consent.given", {
    event: signup.id,
    subject: `subscriber:${id}`,
    body: {
      email,
      topics: signup.topics,
      lang,
      wording,
      policyDate,
      surface: signup.surface,
      pageOrigin: signup.pageOrigin,
      method: signup.method,
      flags,
      import: signup.importId,
      requestedAt: new Date(signup.requestedAt).toISOString(),
      confirmedAt: new Date(now).toISOString(),
    },
  });
  const hash = await addressHash(rt, email);
  const { rows, byId } = await linkTokens(rt, [subscriber]);
  const ways = byId.get(id);
  const welcome = newMail(rt, "newsletter.welcome", email, lang, {
    token: ways?.unsubscribe ?? "",
    preferences: ways?.preferences ?? "",
  });
  const condition = { signup: signup.id, hash };
  const [entered] = await commit(rt, [
    appendConsent({ ...entry, ...condition }),
    ...(wording ? [keepWording({ ...wording, firstAt: now })] : []),
    replaceConsents({ ...condition, at: now }),
    insertConsents({ ...condition, at: now }),
    insertLinks(rows),
    insertWelcome({ ...welcome, ...condition }),
    liftStop(condition),
    useToken(rt.db, token.id, now),
    ...activate({ ...signup, policyDate, wording: wording?.sha256 ?? null }, hash, now, flags),
  ]);
  // Between our reading and this commit they left, or confirmed by another link; or staff stopped mail to them before.
  if (!entered) throw new Refusal("token_used");
  wake(rt, [{ kind: "mail", id: welcome.id }]);
  return lang;
}

/** What somebody agrees to by confirming: what our form showed them, or, as they never saw a form of ours, what this page does. */
async function termsOf(
  { importId, lang, wording, policyDate }: Signup,
  page: ConfirmPage,
): Promise<{ wording: Wording | null; policyDate: string | null }> {
  if (importId !== null)
    return { wording: await confirmWording(page.langFor(lang)), policyDate: await page.policyDate() };
  return { wording: wording === null ? null : await ownWording(wording), policyDate };
}

/** When a mail went out, at the earliest. One under way was leased before it went, and is marked as sent some mails later. */
function sentAtOf(mail: { state: string; sentAt: number | null; leaseUntil: number | null } | null): number | null {
  if (mail?.state === "sending" && mail.leaseUntil !== null) return mail.leaseUntil - LEASE;
  return mail?.sentAt ?? null;
}
