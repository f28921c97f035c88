/** One batch of what the worker drops of conversations each hour, on its own file with its own triggers, by node:sqlite alone. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { drizzle } from "drizzle-orm/d1";
import { sweepConversations } from "../../../worker/contact/archive-store.ts";
import { databaseFile } from "../subscribers/rows.ts";
import { printTable, round } from "../table.ts";

const DAY = 86_400_000;
/** As many as worker/cron.ts drops in one batch. */
const AT_ONCE = 200;
/** What D1 gives a batch, in milliseconds. */
const LIMIT = 30_000;

/** Prints what a batch takes, and what stays behind of what it drops; what it drops is gone. */
export function printSweep(state: string): void {
  const sqlite = new DatabaseSync(databaseFile(state), { timeout: 5_000, enableForeignKeyConstraints: true });
  const db = drizzle({} as D1Database); // It only writes the SQL.
  const now = Date.now();
  const before = { now, unconfirmed: now - DAY, quarantined: now - DAY };
  const countOf = (from: string) => Number(sqlite.prepare(`select count(*) as count from ${from}`).get()?.["count"]);
  try {
    const messages = countOf("messages");
    const began = performance.now();
    sqlite.exec("begin");
    const dropped = sweepConversations(db, before, AT_ONCE).reduce((sum, statement) => {
      const { sql, params } = "toSQL" in statement ? statement.toSQL() : statement;
      return sum + Number(sqlite.prepare(sql).run(...(params as SQLInputValue[])).changes); // As D1 takes them.
    }, 0);
    sqlite.exec("commit");
    const took = performance.now() - began;
    const left = countOf("messages where conversation_id not in (select id from conversations)");
    const inIndex = countOf("contact_search_docsize") - countOf("messages");
    if (left > 0 || inIndex !== 0) process.exitCode = 1;
    console.log("\nOne batch of the hourly sweep, bare (ms)");
    printTable(
      ["figure", "value"],
      [
        ["conversations dropped", dropped],
        ["messages that went with them", messages - countOf("messages")],
        ["messages left behind", left === 0 ? "0" : `${left} WRONG`],
        ["left behind in the search", inIndex === 0 ? "0" : `${inIndex} WRONG`],
        [`took, under ${LIMIT}`, `${round(took)} ${took < LIMIT ? "ok" : "OVER"}`],
      ],
    );
  } finally {
    sqlite.close();
  }
}
