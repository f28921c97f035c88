/**
 * npm run bench [-- worker | admin | policy | widget | notices | import | subscribers | campaign | inbox]: the numbers of DESIGN.md 9, measured here and now. It exits with 1 when
 * what was measured is wrong: a page that fails, a mail that is missed. BELOW and OVER are for people to read, since a time is never a test.
 */
import { cpus, loadavg } from "node:os";

const [which = "all", ...more] = process.argv.slice(2);
if (
  !["all", "worker", "admin", "policy", "widget", "notices", "import", "subscribers", "campaign", "inbox"].includes(
    which,
  )
) {
  console.error(
    "Usage: npm run bench [-- worker | admin | policy | widget | notices | import | subscribers | campaign | inbox]",
  );
  process.exit(2);
}
// What was started ends with this process: miniflare, the browser and the app each listen for its exit.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => process.exit(1));

const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model}; load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}`;

console.log(`Machine: ${machine()}`);
const wants = (part: string) => which === "all" || which === part;
if (wants("worker")) await (await import("./worker/figures.ts")).printWorkerFigures();
if (wants("admin")) await (await import("./admin/figures.ts")).printAdminFigures();
// They take long: only when they are named.
if (which === "notices") await (await import("./notices/figures.ts")).printNoticeFigures(more);
if (which === "import") await (await import("./import/figures.ts")).printImportFigures();
if (which === "subscribers") await (await import("./subscribers/figures.ts")).printSubscriberFigures(more);
if (which === "campaign") await (await import("./campaign/figures.ts")).printCampaignFigures(more);
if (which === "inbox") await (await import("./inbox/figures.ts")).printInboxFigures(more);
if (wants("policy")) await (await import("./policy/figures.ts")).printPolicyFigures();
if (wants("widget")) await (await import("./widget/figures.ts")).printWidgetFigures();
console.log(`\nMachine at the end: ${machine()}`);
