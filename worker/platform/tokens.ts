import { base64url, sameInConstantTime, sha256, utf8 } from "./bytes.ts";
import type { Database } from "./db.ts";
import { Refusal } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import type { Token, TokenRow } from "./store.ts";

/** What a link in a mail may do: one thing (DESIGN.md 6, no. 11), for this many days. */
export const TOKEN_DAYS = {
  "newsletter.confirm": 7,
  "newsletter.unsubscribe": 730,
  "contact.confirm": 7,
} as const;

export type TokenPurpose = keyof typeof TOKEN_DAYS;

const DAY = 86_400_000;
const keys = new Map<string, CryptoKey>();

async function macKey(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known) return known;
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  keys.set(secret, key);
  return key;
}

/** HMAC-SHA-256 over a label and data, as base64url; each use has a label of its own, so that one never serves for another. */
export async function keyed(rt: Runtime, label: string, data: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await macKey(rt.settings.TOKEN_SECRET), utf8(`${label}\n${data}`));
  return base64url(new Uint8Array(mac));
}

/**
 * The token that belongs to a row: made again from its id when the mail is sent, so that neither the outbox nor the
 * queue ever holds it.
 */
export async function tokenText(rt: Runtime, purpose: TokenPurpose, id: string): Promise<string> {
  return `${id}.${await keyed(rt, `token:${purpose}`, id)}`;
}

/** A new token row for `subject`; the caller commits it with the change that hands the token out. */
export async function mintToken(rt: Runtime, purpose: TokenPurpose, subject: string): Promise<TokenRow> {
  const id = base64url(rt.random(16));
  return {
    id,
    purpose,
    hash: await sha256(await tokenText(rt, purpose, id)),
    subject,
    expiresAt: rt.now() + TOKEN_DAYS[purpose] * DAY,
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
  const found = id.length === 22 ? await find(rt.db, id) : undefined;
  const hash = await sha256(text);
  if (found?.token.purpose !== purpose || !sameInConstantTime(found.token.hash, hash)) {
    throw new Refusal("token_invalid");
  }
  if (found.token.expiresAt <= rt.now()) throw new Refusal("token_expired");
  return found;
}
