/** What the scripts know of the deployment's settings: wrangler.toml, .dev.vars and the environment. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";

export const root = join(import.meta.dirname, "..");

/** Where local data lives: FINEPRINT_STATE, or .wrangler/state. */
export const stateDir = process.env["FINEPRINT_STATE"] ?? join(root, ".wrangler/state");

/** The names under [vars] in wrangler.toml; each may be overridden by the environment for one run. */
export async function varNames(): Promise<string[]> {
  const { vars } = parse(await readFile(join(root, "wrangler.toml"), "utf8"));
  return Object.keys(vars as object);
}

/** The deployment's origin, as wrangler.toml has it. */
export async function deployedOrigin(): Promise<string> {
  const { vars } = parse(await readFile(join(root, "wrangler.toml"), "utf8"));
  return String((vars as Record<string, unknown>)["ORIGIN"]);
}

/** The time zone whose days count in this run: the environment's, or that of wrangler.toml. */
export async function timeZone(): Promise<string> {
  const { vars } = parse(await readFile(join(root, "wrangler.toml"), "utf8"));
  return process.env["TIME_ZONE"] ?? String((vars as Record<string, unknown>)["TIME_ZONE"]);
}

/** TOKEN_SECRET of this machine's development worker. Throws when there is none yet. */
export async function devSecret(): Promise<string> {
  const text = await readFile(join(root, ".dev.vars"), "utf8").catch(() => "");
  const [, secret] = /^TOKEN_SECRET=(.+)$/m.exec(text) ?? [];
  if (secret === undefined) throw new Error("There is no .dev.vars yet: run npm start once.");
  return secret;
}

/** Makes .dev.vars with fresh local secrets when there is none; wrangler reads it, git does not. */
export async function ensureDevSecrets(): Promise<void> {
  const file = join(root, ".dev.vars");
  if (existsSync(file)) return;
  const secret = () => randomBytes(32).toString("base64url");
  const lines = [
    "# Secrets of this machine's development worker, made by npm start. docs/deploy.md says how to set a deployment's.",
    `TOKEN_SECRET=${secret()}`,
    `PANEL_SECRETS='${JSON.stringify({ panel: secret() })}'`,
    "SMTP_PASSWORD=",
  ];
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
}
