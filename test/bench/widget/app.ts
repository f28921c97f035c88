/** The development app, started by scripts/start.ts with data of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/config.ts";

export interface App {
  origin: string;
  stop(): Promise<void>;
}

const PATIENCE = 120_000;

export async function startApp(): Promise<App> {
  const state = mkdtempSync(join(tmpdir(), "fineprint-bench-app-"));
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, "scripts/start.ts")], {
    cwd: root,
    env: { ...process.env, PORT: String(port), FINEPRINT_STATE: state },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const clear = () => rmSync(state, { recursive: true, force: true });
  // start.ts takes everything it started along.
  const interrupt = () => {
    child.kill("SIGINT");
    clear();
  };
  process.once("exit", interrupt);
  const stop = async () => {
    child.kill("SIGINT");
    await ended;
    process.off("exit", interrupt);
    clear();
  };
  try {
    await untilUp(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { origin: `http://localhost:${port}`, stop };
}

function untilUp(child: ChildProcess): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`The app did not come up:\n${output}`));
    const timer = setTimeout(fail, PATIENCE);
    const read = (data: Buffer) => {
      output += data;
      if (!output.includes("Fineprint is up")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("close", fail);
  });
}

/** Listens on a port that is free and gives it. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
