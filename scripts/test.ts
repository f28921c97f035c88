/** npm test: check, the worker's tests on workerd, the build with its size budgets, the browser tests; then one line of sums. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { build } from "./build.ts";
import { check } from "./check.ts";
import { ensureDevSecrets } from "./config.ts";

const started = performance.now();
const counts = { passed: 0, failed: 0, skipped: 0 };
const reports = "dist/reports";

/** Runs a vitest project and adds its counts; a project that runs no test counts as a failure. */
function runProject(project: string): void {
  const file = `${reports}/${project}.json`;
  rmSync(file, { force: true });
  const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync("node_modules/.bin/vitest", args, { stdio: "inherit" });
  const report = readReport(file);
  counts.passed += report.numPassedTests;
  counts.failed += report.numFailedTests;
  counts.skipped += report.numPendingTests;
  if ((status !== 0 || report.numTotalTests === 0) && report.numFailedTests === 0) counts.failed += 1;
}

function readReport(file: string) {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<
      `num${"Passed" | "Failed" | "Pending" | "Total"}Tests`,
      number
    >;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTotalTests: 0 };
  }
}

mkdirSync(reports, { recursive: true });
await ensureDevSecrets();
// The unit tests run by themselves, so that they are counted.
if (!(await check({ units: false }))) counts.failed += 1;
runProject("unit");
runProject("worker");
try {
  for (const line of await build()) console.log(line);
  runProject("browser");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  counts.failed += 1;
}
console.log(`\nTook ${Math.round((performance.now() - started) / 1000)} s.`);
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`,
);
process.exit(counts.failed === 0 ? 0 : 1);
