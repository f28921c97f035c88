/** One batch of what the worker drops each hour, on its own file with its own triggers, by node:sqlite alone. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { drizzle } from "drizzle-orm/d1";
import { sweepMails } from "../../../worker/mail/store.ts";
import { sweepRecipients } from "../../../worker/newsletter/campaign-store.ts";
import { sweepNewsletter } from "../../../worker/newsletter/store.ts";
import type { Statement } from "../../../worker/platform/db.ts";
import { printTable, round } from "../table.ts";
import { databaseFile } from "./rows.ts";

const DAY = 86_400_000;
/** As many as worker/cron.ts drops in one batch. */
const AT_ONCE = 20_000;
const PEOPLE_AT_ONCE = 5_000;
/** What D1 gives a batch, in milliseconds. */
const LIMIT = 30_000;

/** Prints what a batch of each takes; what it drops is gone. */
export function printSweeps(state: string): void {
  const sqlite = new DatabaseSync(databaseFile(state), { timeout: 5_000, enableForeignKeyConstraints: true });
  const db = drizzle({} as D1Database); // It only writes the SQL.
  const now = Date.now();
  const kept = { newsletters: now - 30 * DAY, brief: now - 7 * DAY, others: now - 90 * DAY };
  const sweeps: Readonly<Record<string, Statement[]>> = {
    "signups never confirmed, and who they were of": sweepNewsletter({
      requestedBefore: now - 7 * DAY,
      limit: PEOPLE_AT_ONCE,
    }),
    "recipients of a newsletter": [sweepRecipients(db, now - 90 * DAY, AT_ONCE)],
    "mails of a newsletter, and others": sweepMails(db, kept, ["newsletter.confirm"], AT_ONCE),
    "mails, when no newsletter's are left to drop": sweepMails(
      db,
      { ...kept, newsletters: 0 },
      ["newsletter.confirm"],
      AT_ONCE,
    ),
  };
  try {
    const rows = Object.entries(sweeps).map(([what, statements]) => {
      const began = performance.now();
      sqlite.exec("begin");
      const dropped = statements.reduce((sum, statement) => sum + run(sqlite, statement), 0);
      sqlite.exec("commit");
      const took = performance.now() - began;
      return [what, dropped, round(took), took < LIMIT ? "ok" : "OVER"];
    });
    console.log("\nOne batch of the hourly sweep, bare (ms)");
    printTable(["drops", "rows", "took", `under ${LIMIT}`], rows);
  } finally {
    sqlite.close();
  }
}

function run(sqlite: DatabaseSync, statement: Statement): number {
  const { sql, params } = "toSQL" in statement ? statement.toSQL() : statement;
  return Number(sqlite.prepare(sql).run(...(params as SQLInputValue[])).changes); // As D1 takes them.
}
