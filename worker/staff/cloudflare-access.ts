import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { normaliseAddress } from "../platform/address.ts";
import type { Runtime } from "../platform/runtime.ts";

// A key set per team, kept for the isolate's life: jose fetches it when it meets a key it does not know.
const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

const TOKEN_FAULTS = /^ERR_(JW[ST]_|JOSE_(ALG|NOT_SUPPORTED)|JWKS_NO_MATCHING_KEY)/;

/**
 * The address that Cloudflare Access vouches for: its token (header Cf-Access-Jwt-Assertion) is signed with the team's keys,
 * and meant for our application (https://developers.cloudflare.com/cloudflare-one/, "Validate JWTs"). Undefined for a
 * token that is missing or does not verify; throws when the keys cannot be fetched.
 */
export async function verifyAccess(rt: Runtime, token: string | undefined): Promise<string | undefined> {
  if (token === undefined) return undefined;
  const issuer = `https://${rt.settings.ACCESS_TEAM}.cloudflareaccess.com`;
  let keys = keySets.get(issuer);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`));
    keySets.set(issuer, keys);
  }
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256"],
      issuer,
      audience: rt.settings.ACCESS_AUD,
      requiredClaims: ["exp", "email"],
      currentDate: new Date(rt.now()),
    });
    return typeof payload["email"] === "string" ? (normaliseAddress(payload["email"]) ?? undefined) : undefined;
  } catch (error) {
    // What is wrong with the token is the visitor's trouble; that its keys cannot be had is ours.
    if (error instanceof errors.JOSEError && TOKEN_FAULTS.test(error.code)) return undefined;
    throw error;
  }
}
