import { type Query, SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";

export type Database = DrizzleD1Database;

/** A write that waits for its commit: one of Drizzle's queries, or SQL of our own. */
export type Statement = SQL | { toSQL(): Query };

interface Bound {
  readonly bindings: { readonly DB: D1Database };
}

const dialect = new SQLiteAsyncDialect();

/** Commits all statements or none, in order, in one D1 round trip. (Drizzle's own batch cannot take raw SQL on D1.) */
export async function commit({ bindings }: Bound, statements: readonly Statement[]): Promise<void> {
  const bound = statements.map((statement) => {
    const { sql, params } = statement instanceof SQL ? dialect.sqlToQuery(statement) : statement.toSQL();
    return bindings.DB.prepare(sql).bind(...params);
  });
  if (bound.length > 0) await bindings.DB.batch(bound);
}

/** Whether a failed commit was refused by the unique column or trigger named in `marks` ("idempotency.key_hash"). */
export function conflictOn(error: unknown, ...marks: string[]): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    if (marks.some((mark) => message.includes(mark))) return true;
  }
  return false;
}
