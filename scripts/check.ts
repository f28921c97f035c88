/** npm run check: types, Biome, walls and unit tests, side by side; the fast inner loop. */
import { spawn } from "node:child_process";

const STEPS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["types of the configuration", "tsc", "-p", "."],
  ["types of the scripts", "tsc", "-p", "scripts"],
  ["types of the worker", "tsc", "-p", "worker"],
  ["types of the worker's tests", "tsc", "-p", "test/worker"],
  ["types of the unit tests", "tsc", "-p", "test/unit"],
  ["types of the browser tests", "tsc", "-p", "test/browser"],
  ["types of the benchmarks", "tsc", "-p", "test/bench"],
  ["types of the widget", "tsc", "-p", "widget"],
  ["Biome", "biome", "check"],
  ["walls and unit tests", "vitest", "run", "--project", "unit"],
];

/** Runs every step and prints what those say that fail. Gives whether all passed. */
export async function check(): Promise<boolean> {
  const results = await Promise.all(STEPS.map(runStep));
  return results.every(Boolean);
}

function runStep([name, command, ...args]: (typeof STEPS)[number]): Promise<boolean> {
  const child = spawn(`node_modules/.bin/${command}`, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      console.log(code === 0 ? `ok      ${name}` : `FAILED  ${name}\n${output}`);
      resolve(code === 0);
    });
  });
}

if (import.meta.filename === process.argv[1]) process.exit((await check()) ? 0 : 1);
