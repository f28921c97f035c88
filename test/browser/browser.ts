/** Finds a Chromium on this machine, or installs one, and launches it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

const NAMES = ["chromium", "google-chrome"];
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
  const found = onPath() ?? playwrightsOwn();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    console.log("No browser found: installing Debian's chromium…");
    spawnSync("sh", ["-c", "apt-get update && apt-get install -y chromium"], { stdio: "inherit" });
    const installed = onPath();
    if (installed) return installed;
  }
  throw new Error("The browser tests need a Chromium. Install one with: npx playwright-core install chromium");
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":").filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function playwrightsOwn(): string | undefined {
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** Launches the browser that the global set-up found, without a window. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: inject("browserPath"), args: FLAGS });
}
