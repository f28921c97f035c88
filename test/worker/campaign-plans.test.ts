import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { markPage, settleDue } from "../../worker/newsletter/campaign-run-store.ts";
import type { Statement } from "../../worker/platform/db.ts";
import { settleMails } from "../../worker/policy/run-store.ts";

/** How SQLite goes about a statement, a line a step. */
async function planOf(statement: Statement): Promise<string[]> {
  const { sql, params } = "toSQL" in statement ? statement.toSQL() : statement;
  const { results } = await env.DB.prepare(`explain query plan ${sql}`)
    .bind(...params)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

// With a hundred thousand who wait, the other way takes a quarter of a minute for each page.
it.each([
  ["campaign_recipients", markPage({ campaign: "c", cursor: 0, made: "[]" })],
  ["campaign_recipients", settleDue({ campaign: "c", limit: 1 })],
  ["notice_mails", settleMails({ date: "2026-01-01", was: "due" }, [])],
])(
  "rows of %s that are written down together are found by their rowid, not by walking all that wait",
  async (table, statement) => {
    expect(await planOf(statement)).toContain(`SEARCH ${table} USING INTEGER PRIMARY KEY (rowid=?)`);
  },
);
