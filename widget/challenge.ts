import type { Challenge } from "altcha-lib/types";

/** Bytes written as hexadecimal digits. */
const bytesOf = (hex: string): number[] => (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));

/** Far more than a challenge of ours takes: one that has no solution ends. */
const TRIES = 9_999;

/**
 * Solves a proof of work of altcha (version 2, PBKDF2) and gives its payload; undefined when it has no solution. The work itself is done by WebCrypto, off the
 * main thread; the loop here only waits. A Web Worker would need a script of the host's own origin or a blob:, which a
 * strict CSP refuses (docs/decisions/0004).
 */
export async function solve(challenge: Challenge): Promise<string | undefined> {
  const { algorithm, nonce, salt, cost, keyLength = 32, keyPrefix } = challenge.parameters;
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
  const count = new DataView(password.buffer, password.length - 4);
  const work = { name: "PBKDF2", salt: new Uint8Array(bytesOf(salt)), iterations: cost, hash: algorithm.slice(7) };
  for (let counter = 0; counter < TRIES; counter++) {
    count.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = new Uint8Array(await crypto.subtle.deriveBits(work, key, keyLength * 8));
    const derivedKey = [...derived].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (derivedKey.startsWith(keyPrefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
  return undefined;
}
