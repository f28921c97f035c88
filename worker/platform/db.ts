import { fillPlaceholders, getTableColumns, is, type Query, SQL, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { SQLiteAsyncDialect, type SQLiteTable } from "drizzle-orm/sqlite-core";

export type Database = DrizzleD1Database;

/** A write that waits for its commit. */
export type Statement = Pick<Query, "sql" | "params"> | { toSQL(): Query };

/** What holds the database. */
export interface Bound {
  readonly bindings: { readonly DB: D1Database };
}

const dialect = new SQLiteAsyncDialect();

/**
 * Compiles a statement with `sql.placeholder`s once, when its module loads, and gives what fills it in. Building SQL for
 * each request would cost more than running it (docs/decisions/0001).
 */
export function compile<Values extends Record<string, unknown>>(statement: SQL): (values: Values) => Statement {
  const { sql, params } = dialect.sqlToQuery(statement);
  return (values) => ({ sql, params: fillPlaceholders(params, values) });
}

/**
 * Compiles the insert of one row; columns that are left out have their default, or are null. With `when`, the row is added only if that holds
 * at the commit; its placeholders are filled in with the row's.
 */
export function insertInto<T extends SQLiteTable, More extends Record<string, unknown> = Record<never, never>>(
  table: T,
  when: SQL = sql`true`,
): (row: T["$inferInsert"] & More) => Statement {
  const columns = Object.entries(getTableColumns(table));
  const left = Object.fromEntries(
    columns.map(([key, { default: value }]) => [key, is(value, SQL) ? null : (value ?? null)]),
  );
  const names = columns.map(([, column]) => sql.identifier(column.name));
  const values = columns.map(([key, column]) => sql.param(sql.placeholder(key), column));
  const comma = sql`, `;
  const insert = compile(
    sql`insert into ${table} (${sql.join(names, comma)}) select ${sql.join(values, comma)} where ${when}`,
  );
  return (row) => insert({ ...left, ...row });
}

/** Commits all statements or none, in order, in one D1 round trip. Gives how many rows each has changed. */
export async function commit({ bindings }: Bound, statements: readonly Statement[]): Promise<number[]> {
  const bound = statements.map((statement) => {
    const { sql, params } = "toSQL" in statement ? statement.toSQL() : statement;
    return bindings.DB.prepare(sql).bind(...params);
  });
  if (bound.length === 0) return [];
  const results = await bindings.DB.batch(bound);
  return results.map(({ meta }) => meta.changes);
}

/** The rows of a compiled query, as the database has them: for what is asked so often that building it would show. */
export async function rowsOf<Row>({ bindings }: Bound, query: Statement): Promise<Row[]> {
  const { sql, params } = "toSQL" in query ? query.toSQL() : query;
  const { results } = await bindings.DB.prepare(sql)
    .bind(...params)
    .all<Row>();
  return results;
}

/** Whether a failed commit was refused by the unique column or trigger named in `marks` ("conversations.key_hash"). */
export function conflictOn(error: unknown, ...marks: string[]): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    if (marks.some((mark) => message.includes(mark))) return true;
  }
  return false;
}
