/** The worker's database as a file, seeded while no worker runs and read while one does. */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Where Miniflare keeps D1's databases, each a file of SQLite. */
const FOLDER = "v3/d1/miniflare-D1DatabaseObject";

function withDatabase<T>(state: string, act: (db: DatabaseSync) => T): T {
  const folder = join(state, FOLDER);
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  const db = new DatabaseSync(join(folder, file ?? ""), { timeout: 5_000 });
  try {
    return act(db);
  } finally {
    db.close();
  }
}

/** Adds customers, and an API key that may publish; gives the key. */
export function seed(state: string, customers: number): string {
  const key = `fp_${randomUUID()}`;
  const hash = createHash("sha256").update(key).digest("hex");
  withDatabase(state, (db) => {
    db.exec("delete from notice_runs");
    db.prepare("insert into api_keys (id, name, hash, scopes, created_at) values ('bench', 'bench', ?, ?, 0)").run(
      hash,
      '["policy:write","policy:read"]',
    );
    db.prepare(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
        insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
        select 'C' || i, 'private', 'Klant ' || i, 'klant' || i || '@example.nl',
          case when i % 3 = 0 then 'en' else 'nl' end, 'bench', 0, 0 from n`,
    ).run(customers);
  });
  return key;
}

/** How many customers stand where, by state; and how many entries the ledger has about notices, by kind. */
export const standing = (state: string): Record<string, number> =>
  withDatabase(state, (db) => {
    const counts = (sql: string) =>
      (db.prepare(sql).all() as { name: string; count: number }[]).map(({ name, count }) => [name, count] as const);
    return Object.fromEntries([
      ...counts("select state as name, count(*) as count from notice_mails group by state"),
      ...counts("select kind as name, count(*) as count from ledger_entries where kind like 'notice.%' group by kind"),
    ]);
  });
