import type { Database } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { bearer, type Door, pageOrigin, surfaceOf } from "../platform/http.ts";
import { type PanelCustomer, panelSurface, verifyPanelToken } from "../platform/panel.ts";
import type { Surface } from "../platform/settings.ts";

/** Who is signed in to a control panel, and to which. */
export interface SignedIn {
  surface: Surface;
  customer: PanelCustomer;
}

/**
 * The customer whom the panel token of a request names; the surface is the token's issuer, unless the address names one.
 * Refuses unauthorized and origin_not_allowed. That there is such a customer is for the caller to see to: in the
 * statement that writes, or by `customerOf`.
 */
export async function signedInTo(c: Door): Promise<SignedIn> {
  const { rt } = c.var;
  const token = bearer(c);
  if (token === undefined) throw new Refusal("unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
  const surface = c.req.query("surface") === undefined ? panelSurface(rt, token) : surfaceOf(c);
  pageOrigin(c, surface);
  return { surface, customer: await verifyPanelToken(rt, surface, token) };
}

/**
 * The customer whom a panel token names, with what `find` loads of them: by one statement, so that no request asks the
 * database once more just to know them. `find` gives undefined when there is no such customer. Refuses as `signedInTo`
 * does, and unknown_customer.
 */
export async function customerOf<Found>(
  c: Door,
  find: (db: Database, number: string) => Promise<Found | undefined>,
): Promise<SignedIn & { found: Found }> {
  const signedIn = await signedInTo(c);
  const found = await find(c.var.rt.db, signedIn.customer.number);
  if (found === undefined) throw new Refusal("unknown_customer");
  return { ...signedIn, found };
}
