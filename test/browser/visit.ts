/** A test's own visitor: a fresh browser context, and everything that went wrong on the page or left it. */
import { randomBytes } from "node:crypto";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { test as base, inject, onTestFinished } from "vitest";
import { launch } from "./browser.ts";

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Console errors and warnings, CSP violations, uncaught errors. */
  problems: string[];
  /** Address of every request of the context, in order. */
  requests: string[];
}

interface SeenEvent {
  type: string;
  detail: unknown;
}

declare global {
  interface Window {
    seenEvents: SeenEvent[];
  }
}

const house = inject("houses")[Number(process.env["VITEST_POOL_ID"]) - 1];
if (!house) throw new Error("No server was started for this worker of vitest");
/** The server of this file, which no other file uses meanwhile: the worker, the host's page, the folder of its data. */
export const { origin, hostOrigin, state } = house;

/** Opens an address as a new visitor, Dutch unless told otherwise. */
export type Open = (url: string, options?: BrowserContextOptions) => Promise<Visit>;

export const test = base.extend<{ browser: Browser; open: Open }>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures asked for from the pattern.
    async ({}, use) => {
      const browser = await launch();
      await use(browser);
      await browser.close();
    },
    { scope: "file" },
  ],
  open: async ({ browser }, use) => {
    await use((url, options) => openIn(browser, url, options));
  },
});

async function openIn(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ locale: "nl-NL", timezoneId: "Europe/Amsterdam", ...options });
  context.setDefaultTimeout(10_000);
  onTestFinished(() => context.close());
  await context.addInitScript(watchPage);
  const problems: string[] = [];
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (webError) => {
    problems.push(`uncaught: ${webError.error()}`);
  });
  const page = await context.newPage();
  await page.goto(new URL(url, origin).href);
  return { page, context, problems, requests };
}

function watchPage() {
  window.seenEvents = [];
  for (const name of ["subscribed", "sent", "acknowledged", "error"]) {
    window.addEventListener(`fineprint:${name}`, (event) => {
      window.seenEvents.push({ type: event.type, detail: (event as CustomEvent).detail });
    });
  }
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
  );
}

export const seenEvents = (page: Page): Promise<SeenEvent[]> => page.evaluate(() => window.seenEvents);

/** An address that no other test uses. */
export const someone = (): string => `someone-${randomBytes(6).toString("hex")}@example.org`;

export const banner = (page: Page): Locator => page.locator("fineprint-banner .banner");
/** What the widget draws, not the plain form that the host put inside the element. */
const drawn = ":is([part=form], [part=done])";
export const newsletter = (page: Page): Locator => page.locator(`fineprint-newsletter ${drawn}`);
export const contact = (page: Page): Locator => page.locator(`fineprint-contact ${drawn}`);
export const field = (view: Locator, name: string): Locator => view.getByRole("textbox", { name });

/** Fills the Dutch contact form. */
export async function write(page: Page, email: string, message: string): Promise<void> {
  await field(contact(page), "E-mailadres").fill(email);
  await field(contact(page), "Bericht").fill(message);
}

/** Sends it, as somebody who took their time: what is written in a second counts as a robot's. */
export async function send(page: Page): Promise<void> {
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 5_000;
  });
  await contact(page).getByRole("button", { name: "Bericht versturen" }).click();
}

/** The reference that the contact form shows after sending. */
export async function shownReference(page: Page): Promise<string> {
  const said = await contact(page).getByRole("status").textContent();
  return /nummer ([^\s.]+)\./.exec(said ?? "")?.[1] ?? "";
}
