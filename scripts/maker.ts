/** What it takes to make tokens and ledger entries by command. */
import { randomBytes } from "node:crypto";
import type { TokenMaker } from "../worker/platform/tokens.ts";
import { devSecret } from "./config.ts";

/** A maker with this machine's secret, or with the deployment's, which has to be given. Throws when it is not. */
export async function makerOf(remote: boolean): Promise<TokenMaker> {
  const secret = remote ? process.env["TOKEN_SECRET"] : await devSecret();
  if (!secret) throw new Error("Give the deployment's secret as well: TOKEN_SECRET=… npm run …");
  return {
    settings: { TOKEN_SECRET: secret },
    now: () => Date.now(),
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  };
}
