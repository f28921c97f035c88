import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import { utf8 } from "./bytes.ts";
import { Refusal } from "./errors.ts";
import { logFailure } from "./log.ts";
import type { Runtime } from "./runtime.ts";
import type { Surface } from "./settings.ts";

/** Who a control panel says is signed in. */
export interface PanelCustomer {
  number: string;
  email: string | undefined;
}

/** Longest life of a panel token, and how far the panel's clock may be from ours, in seconds. */
const LONGEST = 600;
const SKEW = 60;

const refusal = () => new Refusal("unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });

/** The surface that a token says it is from; only verifyPanelToken tells whether that is true. Refuses unauthorized. */
export function panelSurface(rt: Runtime, token: string): Surface {
  try {
    const name = decodeJwt(token).iss ?? "";
    const found = Object.hasOwn(rt.settings.SURFACES, name) ? rt.settings.SURFACES[name] : undefined;
    if (found) return { name, ...found };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  throw refusal();
}

/**
 * Verifies a panel token: signed with a secret of the surface (HS256) or, where it has `jwks`, with one of those keys
 * (EdDSA) and never the other way; iss = surface, aud = our origin, sub = customer number, exp at most ten minutes
 * ahead, all with a minute for clocks that differ. Refuses unauthorized whenever a token is there and anything about it
 * is not right: a claim that does not verify is never taken as "anonymous". Refuses panel_keys_unavailable when the
 * panel's keys cannot be fetched: whether the token is right is then unknown.
 */
export async function verifyPanelToken(rt: Runtime, surface: Surface, token: string): Promise<PanelCustomer> {
  if (surface.kind !== "panel") throw refusal();
  try {
    const { sub, exp = 0, iat = 0, email } = await verified(rt, surface, token);
    const now = rt.now() / 1000;
    if (typeof sub !== "string" || !/^[A-Za-z0-9-]{1,40}$/.test(sub)) throw refusal();
    if (exp > now + LONGEST + SKEW || iat > now + SKEW) throw refusal();
    return { number: sub, email: typeof email === "string" ? email : undefined };
  } catch (error) {
    throw error instanceof errors.JOSEError ? refusal() : error;
  }
}

async function verified(rt: Runtime, { name, jwks }: Surface, token: string): Promise<JWTPayload> {
  const claims = {
    issuer: name,
    audience: rt.settings.ORIGIN,
    requiredClaims: ["sub", "exp"],
    currentDate: new Date(rt.now()),
    clockTolerance: SKEW,
  };
  if (jwks !== undefined) {
    const { payload } = await jwtVerify(token, keySetOf(jwks), { ...claims, algorithms: ["EdDSA", "Ed25519"] });
    return payload;
  }
  for (const secret of rt.settings.PANEL_SECRETS[name] ?? []) {
    try {
      return (await jwtVerify(token, utf8(secret), { ...claims, algorithms: ["HS256"] })).payload;
    } catch (error) {
      // While secrets are being changed, another may have signed it.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw refusal();
}

// A key set per address, kept for the isolate's life: jose fetches it anew after ten minutes, and when it meets a key
// it does not know, but then at most twice a minute.
const keySets = new Map<string, JWTVerifyGetKey>();

function keySetOf(jwks: NonNullable<Surface["jwks"]>): JWTVerifyGetKey {
  if (typeof jwks !== "string") return createLocalJWKSet(jwks);
  const known = keySets.get(jwks) ?? fetchedKeys(jwks);
  keySets.set(jwks, known);
  return known;
}

function fetchedKeys(url: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), { timeoutDuration: 3_000 });
  return async (header, input) => {
    try {
      return await remote(header, input);
    } catch (error) {
      const isOfToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (isOfToken) throw error;
      logFailure("panel-keys", error);
      throw new Refusal("panel_keys_unavailable", { headers: { "Retry-After": "30" } });
    }
  };
}
