import { decodeJwt, errors, jwtVerify } from "jose";
import { utf8 } from "./bytes.ts";
import { Refusal } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import type { Surface } from "./settings.ts";

/** Who a control panel says is signed in. */
export interface PanelCustomer {
  number: string;
  email: string | undefined;
}

/** Longest life of a panel token, in seconds. */
const LONGEST = 600;

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
 * Verifies a panel token: HS256 with the surface's secret, iss = surface, aud = our origin, sub = customer number,
 * exp at most ten minutes ahead. Refuses unauthorized whenever a token is there and anything about it is not right:
 * a claim that does not verify is never taken as "anonymous".
 */
export async function verifyPanelToken(rt: Runtime, surface: Surface, token: string): Promise<PanelCustomer> {
  const [secret] = rt.settings.PANEL_SECRETS[surface.name] ?? [];
  if (surface.kind !== "panel" || secret === undefined) throw refusal();
  try {
    const { payload } = await jwtVerify(token, utf8(secret), {
      algorithms: ["HS256"],
      issuer: surface.name,
      audience: rt.settings.ORIGIN,
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(rt.now()),
    });
    const { sub, exp, email } = payload;
    if (!sub || !/^[A-Za-z0-9-]{1,40}$/.test(sub) || !exp || exp * 1000 > rt.now() + LONGEST * 1000) throw refusal();
    return { number: sub, email: typeof email === "string" ? email : undefined };
  } catch (error) {
    throw error instanceof errors.JOSEError ? refusal() : error;
  }
}
