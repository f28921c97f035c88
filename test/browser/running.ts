/** Servers for the tests: `npm start`'s script as a process of its own, on a free port and with data of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT = 100_000;

export interface Running {
  origin: string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it and all it started at once, with SIGKILL: nothing gets to finish. */
  kill(): Promise<void>;
}

/** Starts the whole thing and waits until it is up. Throws with what it printed when it does not come up. */
export async function startServer(port: number, state: string, env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, ["scripts/start.ts"], {
    cwd: root,
    env: { ...cleanEnv(), PORT: String(port), FINEPRINT_STATE: state, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await cameUp(child);
  return {
    origin: `http://localhost:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
    async kill() {
      for (const pid of [child.pid, ...descendants(child.pid)]) if (pid) killNow(pid);
      await ended;
    },
  };
}

/** Vitest says NODE_ENV=test and more of the like; a server of ours is to run as it does for everyone. */
function cleanEnv(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  return env;
}

function cameUp(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new Error(`${why}\n${output}`));
    const timer = setTimeout(() => fail("The server did not come up."), START_LIMIT);
    const read = (data: Buffer) => {
      output += data;
      if (!output.includes("Fineprint is up")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("close", () => {
      clearTimeout(timer);
      fail("The server ended before it was up.");
    });
  });
}

function descendants(of: number | undefined): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number | undefined): number[] =>
    rows.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid, ...below(pid)] : []));
  return below(of);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder that `remove` takes away again. */
export async function newStateDir(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "fineprint-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
