import { and, asc, eq, getTableColumns, isNull, lt, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { type Database, insertInto, type Statement } from "../platform/db.ts";
import { customerSeries, customers, registrations, retiredNumbers } from "./tables.ts";

const p = sql.placeholder;

const { seq: _, keyHash: __, requestHash: ___, ...shown } = getTableColumns(customers);

/** A customer as people and programs see them: without the hashes of the request they came by. */
export type Customer = Omit<typeof customers.$inferSelect, "seq" | "keyHash" | "requestHash">;

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

/** Those of these numbers that a customer has, or had. */
export async function usedNumbers(db: Database, numbers: readonly string[]): Promise<Set<string>> {
  const rows = await db.all<{
    number: string;
  }>(sql`select j.value as number from json_each(${JSON.stringify(numbers)}) j
    where exists (select 1 from ${customers} where number = j.value)
      or exists (select 1 from ${retiredNumbers} where number = j.value)`);
  return new Set(rows.map(({ number }) => number));
}

/** The last place of a series that was given out; 0 when none was. */
export async function lastPlaceOf(db: Database, prefix: string): Promise<number> {
  const row = await db
    .select({ last: customerSeries.last })
    .from(customerSeries)
    .where(eq(customerSeries.prefix, prefix))
    .get();
  return row?.last ?? 0;
}

export async function findByNumber(db: Database, number: string): Promise<Customer | undefined> {
  return db.select(shown).from(customers).where(eq(customers.number, number)).get();
}

/** The customer who was registered with a key before, and the hash of what was sent with it. */
export async function findByKey(db: Database, keyHash: string) {
  return db
    .select({ customer: shown, requestHash: customers.requestHash })
    .from(customers)
    .where(eq(customers.keyHash, keyHash))
    .get();
}

/** Adds a customer. Fails the batch when the number is in use (TAKEN) or was (RETIRED), or the key was used (RETRIED). */
export const insertCustomer = insertInto(customers);

/** The marks by which `conflictOn` knows why a customer could not be added. */
export const TAKEN = "customers.number";
export const RETIRED = "number_retired";
export const RETRIED = "customers.key_hash";

const isOpen = sql`exists (select 1 from ${customers} where number = ${p("number")} and closed_at is null)`;
const isAsSeen = sql`exists (select 1 from ${customers}
  where number = ${p("number")} and changed_at = ${p("seen")} and closed_at is null)`;

/** Appends the entry of a change, if the customer is as they were at `seen`, and open. */
export const appendChange = insertInto<typeof ledgerEntries, { number: string; seen: number }>(ledgerEntries, isAsSeen);

/** Changes a customer who is as they were at `seen`, and open; goes after the change's entry. */
export function updateCustomer(db: Database, { number, ...fields }: Customer, seen: number): Statement {
  return db
    .update(customers)
    .set(fields)
    .where(and(eq(customers.number, number), eq(customers.changedAt, seen), isNull(customers.closedAt)));
}

/** Appends the entry of closing, if the customer is open. */
export const appendClosing = insertInto<typeof ledgerEntries, { number: string }>(ledgerEntries, isOpen);

/** Closes a customer who is open; goes after the closing's entry. */
export function closeRow(db: Database, number: string, at: number): Statement {
  return db
    .update(customers)
    .set({ closedAt: at })
    .where(and(eq(customers.number, number), isNull(customers.closedAt)));
}

/** Whom to list: an exact address or number, or what a name begins with. */
export interface CustomerFilter {
  email?: string | undefined;
  number?: string | undefined;
  name?: string | undefined;
}

export interface CustomerPage {
  customers: Customer[];
  /** The number that the next page comes after; null when there is none. */
  next: string | null;
}

/** Comes after every text that begins with the one before it. */
const LAST = "\u{10ffff}";

/** A page of at most `limit` customers, after the one with the number `after`: by name when a name is asked for, else as they came. */
export async function listCustomers(
  db: Database,
  { email, number, name }: CustomerFilter,
  after: string | undefined,
  limit: number,
): Promise<CustomerPage> {
  const byName = sql`${customers.name} collate nocase`;
  const placed = (columns: SQL) => sql`(select ${columns} from ${customers} c where c.number = ${after})`;
  // The index on names finds the cursor's by one comparison of its own: it cannot use that of two columns.
  const first = after === undefined ? sql`${name}` : sql`max(${name} collate nocase, ${placed(sql`c.name`)})`;
  const found = await db
    .select(shown)
    .from(customers)
    .where(
      and(
        email === undefined ? undefined : eq(customers.email, email),
        number === undefined ? undefined : eq(customers.number, number),
        name === undefined ? undefined : sql`${byName} >= ${first} and ${byName} < ${name + LAST}`,
        after === undefined
          ? undefined
          : name === undefined
            ? sql`${customers.seq} > ${placed(sql`c.seq`)}`
            : sql`(${byName}, ${customers.seq}) > ${placed(sql`c.name, c.seq`)}`,
      ),
    )
    .orderBy(...(name === undefined ? [] : [byName]), asc(customers.seq))
    .limit(limit + 1);
  const page = found.slice(0, limit);
  return { customers: page, next: found.length > limit ? (page.at(-1)?.number ?? null) : null };
}

/** Drops registrations that were asked for before `requestedBefore`, and customers closed before `closedBefore`. */
export function sweepCustomers(db: Database, requestedBefore: number, closedBefore: number): Statement[] {
  return [
    db.delete(registrations).where(lt(registrations.requestedAt, requestedBefore)),
    db.delete(customers).where(lt(customers.closedAt, closedBefore)),
  ];
}
