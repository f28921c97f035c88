/**
 * npm run bench [-- worker | widget]: the numbers of DESIGN.md 9, measured here and now. It always exits with 0 when it
 * could measure: BELOW and OVER are for people to read, since a time is never a test.
 */
import { cpus, loadavg } from "node:os";

const [which = "all"] = process.argv.slice(2);
if (!["all", "worker", "widget"].includes(which)) {
  console.error("Usage: npm run bench [-- worker | widget]");
  process.exit(2);
}
// What was started ends with this process: miniflare, the browser and the app each listen for its exit.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => process.exit(1));

const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model}; load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}`;

console.log(`Machine: ${machine()}`);
if (which !== "widget") await (await import("./worker/figures.ts")).printWorkerFigures();
if (which !== "worker") await (await import("./widget/figures.ts")).printWidgetFigures();
console.log(`\nMachine at the end: ${machine()}`);
