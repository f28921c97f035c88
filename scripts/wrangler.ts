/** Runs wrangler, quietly and without asking or phoning home. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./config.ts";

const bin = join(root, "node_modules/wrangler/bin/wrangler.js");
const env = {
  ...process.env,
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
};

/** Starts wrangler in a process group of its own, so that all it starts can be ended with it. */
export function startWrangler(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bin, ...args], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a wrangler command to its end, or until `signal` ends it, and gives what it printed. Throws with that output when it fails. */
export async function runWrangler(args: readonly string[], signal?: AbortSignal): Promise<string> {
  const child = startWrangler(args);
  signal?.addEventListener("abort", () => child.pid !== undefined && process.kill(-child.pid, "SIGTERM"));
  let output = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (output += data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`wrangler ${args.slice(0, 3).join(" ")} failed:\n${output}`);
  return output;
}
