import { and, asc, desc, getTableColumns, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { customers } from "./tables.ts";

/** A customer as a list has them; `seq` is their place in it. */
export type Found = Omit<typeof customers.$inferSelect, "keyHash" | "requestHash">;

const { keyHash: _, requestHash: __, ...shown } = getTableColumns(customers);

/** By which field customers can be found by how it begins. */
export const SEARCHED = ["name", "email", "number"] as const;
export type Searched = (typeof SEARCHED)[number];

/** What each search goes along, in the order of an index. */
const ORDERS: Readonly<Record<Searched, SQL>> = {
  name: sql`${customers.name} collate nocase`,
  email: sql`${customers.email}`,
  number: sql`${customers.number}`,
};

/** Comes after every text that begins with the one before it. */
const LAST = "\u{10ffff}";

/** Customers whose field begins so, in its order, from the one after the customer at place `after`. */
export async function searchCustomers(
  db: Database,
  { by, start }: { by: Searched; start: string },
  after: number | undefined,
  limit: number,
): Promise<Found[]> {
  const order = ORDERS[by];
  const field = sql.identifier(by);
  const value = sql`(select c.${field} from ${customers} c where c.seq = ${after ?? 0})`;
  const place = sql`(select c.${field}, c.seq from ${customers} c where c.seq = ${after ?? 0})`;
  return db
    .select(shown)
    .from(customers)
    .where(
      and(
        // One lower bound alone, so that the index is entered at the cursor; of two columns it is not, for names.
        after === undefined ? sql`${order} >= ${start}` : sql`${order} >= ${value}`,
        after === undefined ? undefined : sql`(${order}, ${customers.seq}) > ${place}`,
        sql`${order} < ${start + LAST}`,
      ),
    )
    .orderBy(order, asc(customers.seq))
    .limit(limit);
}

/** Customers, the newest first, from the one after the customer at place `after`. */
export async function newestCustomers(db: Database, after: number | undefined, limit: number): Promise<Found[]> {
  return db
    .select(shown)
    .from(customers)
    .where(after === undefined ? undefined : lt(customers.seq, after))
    .orderBy(desc(customers.seq))
    .limit(limit);
}
