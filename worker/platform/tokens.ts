import { base64url, sameInConstantTime, sha256, utf8 } from "./bytes.ts";
import type { Database } from "./db.ts";
import { Refusal } from "./errors.ts";
import type { Chance, Runtime } from "./runtime.ts";
import type { Token, TokenRow } from "./store.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** What a link in a mail may do: one thing (DESIGN.md 6, no. 11), for this long, in milliseconds. */
export const TOKEN_LIFE = {
  "newsletter.confirm": 7 * DAY,
  "newsletter.unsubscribe": 730 * DAY,
  "newsletter.preferences": 730 * DAY,
  "newsletter.move-from": 7 * DAY,
  "newsletter.move-to": 7 * DAY,
  "contact.confirm": 7 * DAY,
  "contact.conversation": 30 * DAY,
  "customers.confirm": 7 * DAY,
  "staff.invite": 7 * DAY,
  "staff.sign-in": 15 * MINUTE,
} as const;

export type TokenPurpose = keyof typeof TOKEN_LIFE;

/** What making and opening tokens needs of the runtime; a script has no more than that. */
export interface TokenMaker extends Chance {
  readonly settings: { readonly TOKEN_SECRET: string };
}

const keys = new Map<string, CryptoKey>();

async function macKey(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known) return known;
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  keys.set(secret, key);
  return key;
}

/** HMAC-SHA-256 over a label and data, as base64url; each use has a label of its own, so that one never serves for another. */
export async function keyed(rt: Pick<TokenMaker, "settings">, label: string, data: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await macKey(rt.settings.TOKEN_SECRET), utf8(`${label}\n${data}`));
  return base64url(new Uint8Array(mac));
}

/**
 * The token that belongs to a row: made again from its id when the mail is sent, so that neither the outbox nor the
 * queue ever holds it.
 */
export async function tokenText(rt: Pick<TokenMaker, "settings">, purpose: TokenPurpose, id: string): Promise<string> {
  return `${id}.${await keyed(rt, `token:${purpose}`, id)}`;
}

/** How many characters the id of a token has: it is no secret. */
export const TOKEN_ID = 22;

/**
 * A new token row for `subject`; the caller commits it with the change that hands the token out. With an `id` of the
 * caller's there is one token of it at most.
 */
export async function mintToken(
  rt: TokenMaker,
  purpose: TokenPurpose,
  subject: string,
  id = base64url(rt.random(16)),
): Promise<TokenRow> {
  return {
    id,
    purpose,
    hash: await sha256(await tokenText(rt, purpose, id)),
    subject,
    expiresAt: rt.now() + TOKEN_LIFE[purpose],
  };
}

/**
 * Opens a token: `find` loads its row, with what it is about, by its id. Refuses token_invalid (unknown, altered, for
 * another purpose) and token_expired.
 */
export async function openToken<Found extends { token: Token }>(
  rt: Runtime,
  purpose: TokenPurpose,
  text: string,
  find: (db: Database, id: string) => Promise<Found | undefined>,
): Promise<Found> {
  const id = text.split(".")[0] ?? "";
  const found = id.length === TOKEN_ID ? await find(rt.db, id) : undefined;
  const hash = await sha256(text);
  if (found?.token.purpose !== purpose || !sameInConstantTime(found.token.hash, hash)) {
    throw new Refusal("token_invalid");
  }
  if (found.token.expiresAt <= rt.now()) throw new Refusal("token_expired");
  return found;
}
