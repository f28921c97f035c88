import { sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { customerSeries, type customers } from "./tables.ts";

export type Customer = typeof customers.$inferSelect;

/** Takes the next `count` places of a series and gives the last of them. */
export async function takeNumbers(db: Database, prefix: string, count: number): Promise<number> {
  const row = await db
    .insert(customerSeries)
    .values({ prefix, last: count })
    .onConflictDoUpdate({ target: customerSeries.prefix, set: { last: sql`${customerSeries.last} + ${count}` } })
    .returning({ last: customerSeries.last })
    .get();
  return row.last;
}
