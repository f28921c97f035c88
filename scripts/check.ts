/** npm run check: types, Biome, walls and unit tests, side by side; the fast inner loop. */
import { spawn } from "node:child_process";

/** A command that runs beside the others, by the name that it is shown under. */
type Step = readonly [name: string, command: string, ...args: string[]];

/** Checks the types of a project. What did not change since the last time is not checked anew. */
const types = (of: string, project: string): Step => {
  const known = `dist/types/${of.replace(/\W+/g, "-")}.tsbuildinfo`;
  return [`types of the ${of}`, "tsc", "-p", project, "--incremental", "--tsBuildInfoFile", known];
};

const STEPS: readonly Step[] = [
  types("configuration", "."),
  types("scripts", "scripts"),
  types("worker", "worker"),
  types("worker's tests", "test/worker"),
  types("unit tests", "test/unit"),
  types("browser tests", "test/browser"),
  types("benchmarks", "test/bench"),
  types("widget", "widget"),
  ["Biome", "biome", "check"],
];
const UNITS: Step = ["walls and unit tests", "vitest", "run", "--project", "unit"];

/** Runs every step, the walls and unit tests with `units` among them, and prints what those say that fail. Gives whether all passed. */
export async function check({ units }: { units: boolean }): Promise<boolean> {
  const results = await Promise.all([...STEPS, ...(units ? [UNITS] : [])].map(runStep));
  return results.every(Boolean);
}

function runStep([name, command, ...args]: Step): Promise<boolean> {
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

if (import.meta.filename === process.argv[1]) process.exit((await check({ units: true })) ? 0 : 1);
