/** A panel's token for a customer, as the panel's own server would mint it. */
import { readFile } from "node:fs/promises";
import { SignJWT } from "jose";

export async function panelToken(origin: string, customer: string): Promise<string> {
  const vars = await readFile(new URL("../../../.dev.vars", import.meta.url), "utf8");
  const [, secrets = "{}"] = /^PANEL_SECRETS='(.+)'$/m.exec(vars) ?? [];
  const { panel } = JSON.parse(secrets) as { panel: string };
  return new SignJWT({ email: "info@bedrijf1.example" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("panel")
    .setAudience(origin)
    .setSubject(customer)
    .setExpirationTime("9m")
    .sign(new TextEncoder().encode(panel));
}
