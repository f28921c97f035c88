/** What a panel's own server does: knows its customers, holds the surface's secret or key, and mints tokens. */
import { readFile } from "node:fs/promises";
import { SignJWT } from "jose";
import { addCustomer } from "./database.ts";
import { origin, someone } from "./visit.ts";

let lastNumber = 20_000_000 + (Date.now() % 10_000_000);

/** The number of a customer whom no other test knows. */
export function newCustomer(): string {
  const number = String(lastNumber++);
  addCustomer(number);
  return number;
}

/** The secret that the worker and the panel share. */
export async function panelSecret(): Promise<string> {
  const vars = await readFile(new URL("../../.dev.vars", import.meta.url), "utf8");
  const [, secrets = "{}"] = /^PANEL_SECRETS='(.+)'$/m.exec(vars) ?? [];
  return (JSON.parse(secrets) as { panel: string }).panel;
}

/** Mints a token for a customer, valid from now for some seconds (in the past when negative). */
export async function mint(customer: string, seconds = 300, email = someone()): Promise<string> {
  return new SignJWT({ email })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("panel")
    .setAudience(origin)
    .setSubject(customer)
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(await panelSecret()));
}
