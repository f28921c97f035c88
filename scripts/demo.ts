/** Fills a fresh development database with what the demo shows. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SCOPES } from "../worker/platform/access.ts";
import { dayIn } from "../worker/platform/calendar.ts";
import { root, stateDir, timeZone } from "./config.ts";
import { makeKey } from "./key.ts";
import { publishVersions, readVersions } from "./policy.ts";

const keyFile = join(stateDir, "demo-key");
const DAY = 86_400_000;

/** The customer who is signed in to the demo's control panel. */
const CUSTOMER = {
  number: "10004217",
  kind: "private",
  name: "Sam Voorbeeld",
  email: "klant@example.nl",
  lang: "nl",
  source: "demo",
};

/** The demo's API key; made when the database is new, or older than a scope. Must run while no worker holds the database. */
export async function demoKey(): Promise<string> {
  const kept = await readFile(keyFile, "utf8").catch(() => "");
  const [known, scopes] = kept.split("\n");
  if (known && scopes === SCOPES.join()) return known;
  const key = await makeKey({ name: "demo", scopes: SCOPES, remote: false });
  await writeFile(keyFile, `${key}\n${SCOPES.join()}`, { mode: 0o600 });
  return key;
}

/** Registers the demo's customer and publishes its policy, as a host's programs do; what is there stays as it is. */
export async function loadDemo(origin: string, key: string): Promise<void> {
  await registerCustomer(origin, key);
  await publishPolicy(origin, key);
}

async function registerCustomer(origin: string, key: string): Promise<void> {
  const { number, ...customer } = CUSTOMER;
  const url = `${origin}/v1/customers/${number}`;
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}` };
  const found = await fetch(url, { headers });
  await found.body?.cancel();
  if (found.ok) return;
  const response = await fetch(url, { method: "PUT", headers, body: JSON.stringify(customer) });
  if (!response.ok) throw new Error(`The demo's customer was refused: ${await response.text()}`);
}

/** Publishes the two versions, once: the newer is dated from the day this first runs, and takes effect a day after the notice period. */
async function publishPolicy(origin: string, key: string): Promise<void> {
  const found = await fetch(`${origin}/policy/versions/2015-03-04`, { redirect: "manual" });
  await found.body?.cancel();
  if (found.ok) return;
  const folder = join(root, "widget/demo/policy");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".md")).map((file) => join(folder, file));
  const zone = await timeZone();
  const fromToday = (day: string) => {
    const [, days] = /^([+-]\d+)d$/.exec(day) ?? [];
    return days === undefined ? day : dayIn(zone, Date.now() + Number(days) * DAY);
  };
  await publishVersions(origin, key, await readVersions(files, fromToday));
}

/** A sign-in link for a demo member of each role. */
export async function demoLinks(origin: string): Promise<Record<string, string>> {
  const response = await fetch(`${origin}/dev/staff`, { method: "POST" });
  return (await response.json()) as Record<string, string>;
}
