/** Runs SQL on D1 by wrangler. */
import type { Statement } from "../worker/platform/db.ts";
import { stateDir } from "./config.ts";
import { runWrangler } from "./wrangler.ts";

/** Runs SQL on the deployment's database, or on the local one, and gives the rows of each statement. */
export async function queryD1(sql: string, { remote }: { remote: boolean }): Promise<Record<string, unknown>[][]> {
  const where = remote ? ["--remote"] : ["--local", "--persist-to", stateDir];
  const output = await runWrangler(["d1", "execute", "DB", ...where, "--yes", "--json", "--command", sql]);
  // Wrangler may say something before the JSON.
  const results = JSON.parse(output.slice(output.indexOf("["))) as { results?: Record<string, unknown>[] }[];
  return results.map(({ results: rows = [] }) => rows);
}

/** Writes the values of a statement into its text: `wrangler d1 execute` takes no parameters. */
export function inlined(statement: Statement): string {
  const { sql, params } = "toSQL" in statement ? statement.toSQL() : statement;
  const values = [...params];
  return `${sql.replace(/\?/g, () => quoted(values.shift()))};`;
}

function quoted(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return String(value);
  return `'${String(value).replaceAll("'", "''")}'`;
}
