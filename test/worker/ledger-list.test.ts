import { drizzle } from "drizzle-orm/d1";
import { beforeAll, describe, expect, it } from "vitest";
import { type EntryFilter, findEntry, listEntries } from "../../worker/ledger/store.ts";
import { createHouse } from "./house.ts";

const house = createHouse();
const { DB } = house.bindings;
const ENTRIES = 3_000;

interface Row {
  seq: number;
  kind: string;
  subject: string;
  at: number;
}

let rows: Row[];
beforeAll(async () => {
  // Times that fall back now and then, and come twice.
  await house.rows(
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
      insert into ledger_entries (id, kind, at, subject, body, salt, commitment)
      select 'id-' || i, case when i % 100 = 0 then 'policy.published' else 'consent.given' end,
        1000 * (i / 2) - 5000 * (i % 7 = 0), 'subscriber:' || (i % 40), '{}', 's', 'c' from n`,
    ENTRIES,
  );
  rows = await house.rows<Row>("select seq, kind, subject, at from ledger_entries");
});

/** How SQLite finds what a query asks for, and how many rows it reads for that. */
async function effortOf(ask: (db: typeof house.rt.db) => Promise<unknown>) {
  const asked: { sql: string; values: unknown[] }[] = [];
  const listening = new Proxy(DB, {
    get: (target, name) =>
      name !== "prepare"
        ? Reflect.get(target, name)
        : (sql: string) => ({
            bind: (...values: unknown[]) => {
              asked.push({ sql, values });
              return target.prepare(sql).bind(...values);
            },
          }),
  });
  await ask(drizzle(listening));
  const [only] = asked;
  if (!only || asked.length > 1) throw new Error("One query was expected");
  const plan = await house.rows<{ detail: string }>(`explain query plan ${only.sql}`, ...only.values);
  const { meta } = await DB.prepare(only.sql)
    .bind(...only.values)
    .all();
  return { plan: plan.map(({ detail }) => detail).join("\n"), read: meta.rows_read };
}

const FILTERS: readonly EntryFilter[] = [
  {},
  { kind: "policy.published" },
  { subject: "subscriber:7" },
  { from: 400_000 },
  { until: 900_000 },
  { from: 400_000, until: 900_000 },
  { kind: "consent.given", from: 400_000, until: 900_000 },
  { kind: "consent.given", subject: "subscriber:7", until: 900_000 },
];

describe("a list of entries", () => {
  it.each(FILTERS)("of %o has each once, page by page, either way", async (filter) => {
    const { kind, subject, from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter;
    const wanted = rows
      .filter((row) => (kind === undefined || row.kind === kind) && (subject === undefined || row.subject === subject))
      .filter(({ at }) => at >= from && at < until)
      .sort((a, b) => a.at - b.at || a.seq - b.seq)
      .map(({ seq }) => seq);
    for (const order of ["asc", "desc"] as const) {
      const found: number[] = [];
      while (true) {
        const page = await listEntries(house.rt.db, filter, order, found.at(-1), 700);
        found.push(...page.map(({ seq }) => seq));
        if (page.length < 700) break;
      }
      expect(found).toEqual(order === "asc" ? wanted : wanted.toReversed());
    }
  });

  it.each(FILTERS)("of %o is read in order from an index, from the first page to the last", async (filter) => {
    for (const order of ["asc", "desc"] as const) {
      for (const after of [undefined, 1_500]) {
        const { plan, read } = await effortOf((db) => listEntries(db, filter, order, after, 50));
        const index = filter.subject ? "subject" : filter.kind ? "kind" : "time";
        expect(plan).toMatch(new RegExp(`^(SEARCH|SCAN) ledger_entries USING INDEX ledger_entries_by_${index}`));
        expect(plan).not.toMatch(/\n.*(SCAN|TEMP B-TREE)/);
        // The rows of the page, the cursor's, and those of the same time.
        expect(read).toBeLessThan(60);
      }
    }
  });

  it("gives what is found by its id, too", async () => {
    expect(await findEntry(house.rt.db, "id-42")).toMatchObject({ seq: 42 });
    expect(await findEntry(house.rt.db, "id-0")).toBeUndefined();
  });
});
