/** Finds a Chromium on this machine, or installs one, and launches it. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";
import { install, onPath } from "./installed.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of a browser; installs Debian's when there is none and we may. Throws with what to install. */
export function findBrowser(): string {
  const found = onPath("chromium", "google-chrome") ?? playwrightsOwn() ?? install("chromium", "chromium");
  if (found) return found;
  throw new Error("The browser tests need a Chromium. Install one with: npx playwright-core install chromium");
}

function playwrightsOwn(): string | undefined {
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** Launches the browser that the global set-up found, without a window. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: inject("browserPath"), args: FLAGS });
}
