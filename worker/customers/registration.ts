import { isDeepStrictEqual } from "node:util";
import { appendEntry } from "../ledger/store.ts";
import { newMail } from "../mail/outbox.ts";
import { base64url } from "../platform/bytes.ts";
import { SPENT } from "../platform/challenge.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import { chooseLanguage, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { useToken } from "../platform/store.ts";
import { keyed, mintToken, openToken, TOKEN_ID } from "../platform/tokens.ts";
import { newCustomer, registeredEntry } from "./customer.ts";
import { numberOf, reserveNumbers } from "./number.ts";
import {
  claimPlace,
  findById,
  findRegistration,
  GONE,
  insertRegistration,
  insertRegistrationMail,
  insertRegistrationToken,
  insertWelcome,
  RETRIED,
  settle,
} from "./registration-store.ts";
import type { RegistrationInput } from "./shapes.ts";
import { insertCustomer, RETIRED, TAKEN } from "./store.ts";
import type { FilledIn } from "./tables.ts";

const DAY = 86_400_000;
/** Confirmation mails to one address a day: enough for a person, too few to pester one. */
const CONFIRMS_A_DAY = 3;
/** How often a number is asked for again that somebody else was given meanwhile. */
const TRIES = 20;

/** Where and how a registration was asked for. */
export interface Asked {
  lang: Language;
  surface: string;
  pageOrigin: string | null;
  /** The policy version in force at that moment. */
  policyDate: string | null;
  ip: string | null;
  /** A key of the sender's by which a retry is known; null when there is none. */
  idempotencyKey: string | null;
}

/**
 * Takes a registration and mails a link to confirm its address (capped). The same statements run whatever the address
 * is, and the caller learns nothing: a number is given when the address is confirmed. The same key with the same
 * registration makes no second one. Refuses idempotency_key_reused and challenge_used.
 */
export async function askRegistration(
  rt: Runtime,
  input: RegistrationInput,
  { idempotencyKey, ...asked }: Asked,
  challenge: Statement[],
): Promise<void> {
  const { kind, name, organisation, email, phone, address, billingAddress } = input;
  const now = rt.now();
  // Of a key, so that the second row of one key cannot be.
  const id =
    idempotencyKey === null
      ? base64url(rt.random(16))
      : (await keyed(rt, "idempotency", `registration:${idempotencyKey}`)).slice(0, TOKEN_ID);
  const filledIn = { kind, name, organisation, phone, address, billingAddress };
  const token = await mintToken(rt, "customers.confirm", id, id);
  const mail = newMail(rt, "customers.confirm", email, asked.lang, { token: token.id });
  const { template, recipient } = mail;
  const cap = { template, recipient, most: CONFIRMS_A_DAY, since: now - DAY };
  try {
    await commit(rt, [
      insertRegistration({ id, email, filledIn, requestedAt: now, ...asked, ...cap }),
      insertRegistrationToken({ ...token, registration: id }),
      insertRegistrationMail({ ...mail, registration: id }),
      ...challenge,
    ]);
  } catch (error) {
    if (conflictOn(error, ...RETRIED)) return refuseOther(rt, { id, email, filledIn });
    throw conflictOn(error, SPENT) ? new Refusal("challenge_used") : error;
  }
  // Always, row or no row: the queue drops an id that has none.
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** Refuses idempotency_key_reused when another registration than the one that is kept came with a key. */
async function refuseOther(
  rt: Runtime,
  { id, email, filledIn }: { id: string; email: string; filledIn: FilledIn },
): Promise<void> {
  const kept = await findById(rt.db, id);
  // What was filled in is gone once its number is given.
  const isSame = kept?.email === email && isDeepStrictEqual(kept.filledIn ?? filledIn, filledIn);
  if (!isSame) throw new Refusal("idempotency_key_reused");
}

/** The registration that a confirmation token belongs to. Refuses token_invalid, token_expired and token_used. */
export async function openRegistration(rt: Runtime, text: string) {
  const { token, registration, last } = await openToken(rt, "customers.confirm", text, (db, id) =>
    findRegistration(db, id, rt.settings.CUSTOMER_PREFIX),
  );
  if (token.usedAt !== null || !registration?.filledIn) throw new Refusal("token_used");
  return { token, registration: { ...registration, filledIn: registration.filledIn }, last: last ?? 0 };
}

/**
 * Makes a registration a customer, with the ledger's entry and a mail that says the number, and gives that number:
 * one, however often the button is pressed. Refuses as openRegistration does.
 */
export async function confirmRegistration(rt: Runtime, text: string): Promise<{ number: string; lang: Language }> {
  const { CUSTOMER_PREFIX: prefix, LANGUAGE } = rt.settings;
  for (let attempt = 1; ; attempt++) {
    const { token, registration, last } = await openRegistration(rt, text);
    const { id, email, filledIn, ip, policyDate } = registration;
    const lang = chooseLanguage(LANGUAGE, registration.lang);
    const number = numberOf(prefix, last + 1);
    const customer = newCustomer(rt, number, { ...filledIn, email, lang, ip, source: "form", paymentReference: null });
    const entry = await registeredEntry(rt, customer, null, policyDate);
    const welcome = newMail(rt, "customers.welcome", email, lang, { number });
    try {
      await commit(rt, [
        // Fails when a number was given since we read: so does every second confirmation of this registration.
        claimPlace({ prefix, seen: last }),
        insertCustomer(customer),
        appendEntry(entry),
        insertWelcome(welcome),
        useToken(rt.db, token.id, rt.now()),
        settle(rt.db, id, number, rt.now()),
      ]);
      wake(rt, [{ kind: "mail", id: welcome.id }]);
      return { number, lang };
    } catch (error) {
      if (!conflictOn(error, GONE, TAKEN, RETIRED) || attempt === TRIES) throw error;
      // The prefix was changed to one that a number of the host's own begins with: that one is passed over.
      if (conflictOn(error, TAKEN, RETIRED)) await reserveNumbers(rt, 1);
    }
  }
}
