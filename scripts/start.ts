/**
 * npm start: builds, migrates the local database, loads the demo, serves. With --watch (npm run dev) it also rebuilds the
 * widget and reloads the demo pages on change; wrangler itself reloads the worker.
 */
import { execFile } from "node:child_process";
import { watch } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "./build.ts";
import { ensureDevSecrets, root, stateDir, varNames } from "./config.ts";
import { demoKey, demoLinks, loadDemo } from "./demo.ts";
import { runWrangler, startWrangler } from "./wrangler.ts";

const MINUTE = 60_000;
const watching = process.argv.includes("--watch");
const port = Number(process.env["PORT"] ?? 8787);
const origin = `http://localhost:${port}`;

if (!(await isFree(port))) {
  console.error(`Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`);
  process.exit(1);
}

const environment = process.env["ENVIRONMENT"] ?? "development";
const isDevelopment = environment === "development";
const overrides: Record<string, string> = {
  ENVIRONMENT: environment,
  ORIGIN: origin,
  ...(isDevelopment ? { MAIL_TRANSPORT: "mailbox" } : {}),
};
for (const name of await varNames()) {
  const value = process.env[name];
  if (value !== undefined) overrides[name] = value;
}

console.log("Building the widget…");
await ensureDevSecrets();
await build({ reload: watching });
console.log("Preparing the local database…");
await runWrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir]);
const key = isDevelopment ? await demoKey() : undefined;

const vars = Object.entries(overrides).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
const wrangler = startWrangler([
  ...["dev", "--port", String(port), "--ip", "127.0.0.1", "--inspector-port", "0", "--log-level", "warn"],
  ...["--persist-to", stateDir, "--assets", isDevelopment ? "dist/demo" : "dist/public", ...vars],
]);
// Warnings about what is only there on Cloudflare, and about cron, which this script runs, say nothing to anyone here.
const isNoise = (text: string) => /Request\.cf|Scheduled Workers|^\s*$/.test(text);
wrangler.stdout?.on("data", (data: Buffer) => isNoise(String(data)) || process.stdout.write(data));
wrangler.stderr?.on("data", (data: Buffer) => isNoise(String(data)) || process.stderr.write(data));

let isStopping = false;
async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const ended = new Promise((resolve) => wrangler.once("close", resolve));
  signal("SIGINT");
  const timer = setTimeout(() => signal("SIGKILL"), 4_000);
  if (wrangler.exitCode === null) await ended;
  clearTimeout(timer);
  signal("SIGKILL");
  process.exit(code);
}
function signal(name: NodeJS.Signals): void {
  try {
    // The whole group: workerd, which wrangler started, ends with it.
    if (wrangler.pid) process.kill(-wrangler.pid, name);
  } catch {
    // It is gone already.
  }
}
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => void stop(0));
wrangler.once("close", (code) => void stop(code ?? 1));

let links: Record<string, string> = {};
try {
  await until(async () => (await fetch(`${origin}/health`)).ok);
  if (key) await loadDemo(origin, key);
  if (isDevelopment) links = await demoLinks(origin);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}
await cron();
setInterval(() => void cron(), MINUTE);
if (watching) rebuildOnChange();

console.log(
  isDevelopment
    ? `
Fineprint is up.
  A hosting site      ${origin}/          (English: ${origin}/en/)
  A control panel     ${origin}/panel
  The privacy policy  ${origin}/policy
  Every mail          ${origin}/dev/mailbox
  The admin           ${origin}/admin, with a link for each role that works once:
${Object.entries(links)
  .map(([role, link]) => `    ${role.padEnd(10)} ${link}`)
  .join("\n")}
    Or ask there for a link for owner@example.nl; the mail is in the mailbox.
Ctrl-C ends it; npm run reset empties its data.`
    : `\nFineprint is up at ${origin} (ENVIRONMENT=${environment}, without the demo).`,
);

/** The minute's round, which Cloudflare runs by itself and a local worker does not. */
async function cron(): Promise<void> {
  await fetch(`${origin}/cdn-cgi/handler/scheduled`).then(
    (response) => response.body?.cancel(),
    () => undefined,
  );
}

async function until(ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await ready().catch(() => false))) {
    if (Date.now() > deadline) throw new Error("The worker did not come up within a minute; see above.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function rebuildOnChange(): void {
  let timer: NodeJS.Timeout | undefined;
  // In a process of its own: this one has the texts of its start in memory.
  const args = [join(root, "scripts/build.ts"), "--reload"];
  const rebuild = () =>
    execFile(process.execPath, args, (error, _, output) =>
      console.log(error ? `The build failed:\n${output}` : "Rebuilt the widget."),
    );
  watch(join(root, "widget"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(rebuild, 150);
  });
}

function isFree(wanted: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(wanted, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
