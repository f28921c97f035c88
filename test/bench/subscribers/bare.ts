/** The worker's own queries on the same file, with nothing around them: no HTTP, no worker, no key to be looked up. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { drizzle } from "drizzle-orm/d1";
import type { Database } from "../../../worker/platform/db.ts";
import type { Runtime } from "../../../worker/platform/runtime.ts";
import { databaseFile } from "./rows.ts";

/** What a rule needs to read the list, over SQLite itself. */
export interface Bare {
  rt: Runtime;
  db: Database;
  sqlite: DatabaseSync;
}

export function openBare(state: string): Bare {
  const sqlite = new DatabaseSync(databaseFile(state), { readOnly: true, timeout: 5_000 });
  const prepare = (text: string, params: SQLInputValue[] = []) => {
    const rows = (asArrays: boolean) => {
      const statement = sqlite.prepare(text);
      statement.setReturnArrays(asArrays);
      return statement.all(...params);
    };
    return {
      bind: (...values: SQLInputValue[]) => prepare(text, values),
      all: async () => ({ results: rows(false) }),
      raw: async () => rows(true),
    };
  };
  const batch = (statements: ReturnType<typeof prepare>[]) =>
    Promise.all(statements.map((statement) => statement.all()));
  const db = drizzle({ prepare, batch } as unknown as D1Database); // As much of D1 as reading takes.
  const settings = { TIME_ZONE: "Europe/Amsterdam", TOKEN_SECRET: "x".repeat(32) };
  const rt = {
    db,
    settings,
    now: () => Date.now(),
    random: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
  };
  return { rt: rt as unknown as Runtime, db, sqlite }; // As much of it as the rules of the list take.
}
