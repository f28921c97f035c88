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

/** The demo's API key; made when the database is new. Must run while no worker holds the database. */
export async function demoKey(): Promise<string> {
  const kept = await readFile(keyFile, "utf8").catch(() => undefined);
  if (kept) return kept;
  const key = await makeKey({ name: "demo", scopes: SCOPES, remote: false });
  await writeFile(keyFile, key, { mode: 0o600 });
  return key;
}

/** Publishes the demo's two policy versions, once: the newer is dated from the day this first runs, and takes effect a day after the notice period. */
export async function loadDemo(origin: string, key: string): Promise<void> {
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
