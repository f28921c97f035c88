import { createChallenge, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import type { Challenge } from "altcha-lib/types";
import { z } from "zod";
import { sha256 } from "./bytes.ts";
import { commit, conflictOn, type Statement } from "./db.ts";
import { Refusal } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import { spendChallenge } from "./store.ts";
import { keyed } from "./tokens.ts";

/** How long a challenge may be solved and handed in, in milliseconds. */
const LIFE = 20 * 60_000;
/** A visitor's device makes this many attempts or more, up to twice as many; each costs CHALLENGE_COST iterations. */
const ATTEMPTS = 64;

const payloadShape = z.object({
  challenge: z.object({
    parameters: z.object({
      algorithm: z.literal("PBKDF2/SHA-256"),
      nonce: z.string().max(64),
      salt: z.string().max(64),
      cost: z.number().int().positive().max(100_000),
      keyLength: z.number().int().positive().max(64),
      keyPrefix: z.string().max(128),
      keySignature: z.string().max(128),
      expiresAt: z.number(),
    }),
    signature: z.string().max(128),
  }),
  solution: z.object({ counter: z.number(), derivedKey: z.string().max(128) }),
});

const secrets = async (rt: Runtime) => ({
  hmacSignatureSecret: await keyed(rt, "challenge", "signature"),
  hmacKeySignatureSecret: await keyed(rt, "challenge", "key"),
});

/** A signed proof-of-work challenge, or null when CHALLENGE_COST is 0. Nothing is stored until it is handed in. */
export async function newChallenge(rt: Runtime): Promise<Challenge | null> {
  const cost = rt.settings.CHALLENGE_COST;
  if (cost === 0) return null;
  const [chance = 0] = new Uint32Array(rt.random(4).buffer);
  return createChallenge({
    algorithm: "PBKDF2/SHA-256",
    cost,
    counter: ATTEMPTS + (chance % ATTEMPTS),
    deriveKey,
    expiresAt: new Date(rt.now() + LIFE),
    ...(await secrets(rt)),
  });
}

/**
 * Checks a solved challenge (base64 of altcha's JSON payload) and gives the statements that spend it: committed with
 * the change, they make it single use. Refuses challenge_invalid; the commit of a second use fails (see SPENT).
 */
export async function checkChallenge(rt: Runtime, payload: string | undefined): Promise<Statement[]> {
  if (rt.settings.CHALLENGE_COST === 0) return [];
  const { challenge, solution } = readPayload(payload);
  const { expiresAt } = challenge.parameters;
  const checked = await verifySolution({ challenge, solution, deriveKey, ...(await secrets(rt)) });
  if (!checked.verified || expiresAt * 1000 <= rt.now()) throw new Refusal("challenge_invalid");
  return [spendChallenge({ hash: await sha256(challenge.signature), expiresAt: expiresAt * 1000 })];
}

/** The mark by which `conflictOn` knows that a commit failed because its challenge was spent before. */
export const SPENT = "spent_challenges.hash";

/** Commits a change with the challenge that it was asked with. Refuses challenge_used when that was handed in before. */
export async function commitOnce(rt: Runtime, statements: readonly Statement[]): Promise<number[]> {
  try {
    return await commit(rt, statements);
  } catch (error) {
    throw conflictOn(error, SPENT) ? new Refusal("challenge_used") : error;
  }
}

function readPayload(payload: string | undefined) {
  try {
    return payloadShape.parse(JSON.parse(atob(payload ?? "")));
  } catch {
    throw new Refusal("challenge_invalid");
  }
}
