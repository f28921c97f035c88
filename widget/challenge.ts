import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import type { Challenge } from "altcha-lib/types";

/**
 * Solves a proof of work and gives altcha's payload. The work itself (PBKDF2) is done by WebCrypto, off the main
 * thread; the loop here only waits. A Web Worker would need a script of the host's own origin or a blob:, which a
 * strict CSP refuses (docs/decisions/0004).
 */
export async function solve(challenge: Challenge): Promise<string | undefined> {
  const solution = await solveChallenge({ challenge, deriveKey });
  return solution ? btoa(JSON.stringify({ challenge, solution })) : undefined;
}
