/** The policy's editor at work: a text pasted into it, and a server whose newest version is of the day before. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { freePort, newStateDir, type Running, startServer } from "./running.ts";
import { enter } from "./staff.ts";
import type { Open } from "./visit.ts";

const folder = join(import.meta.dirname, "../../widget/demo/policy");
const DAY = 86_400_000;

/** The Markdown of one of the demo's files, without its front matter. */
export const demoText = (file: string): string =>
  readFileSync(join(folder, file), "utf8")
    .replace(/^---[\s\S]*?\n---\n/, "")
    .trim();

/**
 * A policy as it is pasted from a document: headings without marks, and bullets of a word processor. SEED_POLICY names the
 * file of another one.
 */
export function pastedPolicy(): string {
  const file = process.env["SEED_POLICY"];
  if (file) return readFileSync(file, "utf8");
  return demoText("2015-03-04.nl.md").replace(/^#+ /gm, "").replace(/^- /gm, "  • ");
}

/** A day from now in a time zone, YYYY-MM-DD. */
export const dayFromNow = (days: number, timeZone = "Europe/Amsterdam"): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(Date.now() + days * DAY);

const [EARLIEST, LATEST] = ["Etc/GMT+12", "Pacific/Kiritimati"];

/** A server in the zone where it is tomorrow already, on data that were made where it still was yesterday. */
export async function startDayLater(): Promise<Running> {
  const state = await newStateDir();
  const port = await freePort();
  const first = await startServer(port, state.path, { TIME_ZONE: EARLIEST });
  await first.stop();
  const running = await startServer(port, state.path, { TIME_ZONE: LATEST });
  onTestFinished(async () => {
    await running.stop();
    await state.remove();
  });
  return running;
}

/** Pastes a policy into the editor of a server of `startDayLater`, and publishes it as a significant change; gives the page, at the list. */
export async function publishPasted(open: Open, { origin }: Running, text: string): Promise<Page> {
  const links = (await (await fetch(`${origin}/dev/staff`, { method: "POST" })).json()) as { privacy: string };
  const { page } = await open(links.privacy);
  // Two servers at once on a small machine take their time.
  page.setDefaultTimeout(30_000);
  await enter(page);
  await page.goto(`${origin}/admin/policy`);
  await page.getByRole("button", { name: "Nieuwe versie beginnen" }).click();
  await page.getByLabel("Geldt vanaf").fill(dayFromNow(40));
  await page.getByLabel("Soort wijziging").selectOption("significant");
  await page.locator("#nl-markdown").fill(text);
  await page.locator("#nl-summary").fill("Wat er in 2015 stond.");
  await page.locator("#en-summary").fill("What stood there in 2015.");
  await page.locator("#change").getByText("eruit").first().waitFor();
  await page.getByRole("button", { name: "Opslaan en laten nakijken" }).click();
  await page.getByLabel("Ik weet dat ik mijn eigen tekst goedkeur").check();
  await page.getByRole("button", { name: "Goedkeuren" }).click();
  await page.getByText("De versie is gepubliceerd.").waitFor();
  return page;
}
