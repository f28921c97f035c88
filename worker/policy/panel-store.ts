import { eq } from "drizzle-orm";
import { customers } from "../customers/tables.ts";
import { type Database, insertInto } from "../platform/db.ts";
import { acknowledgements } from "./tables.ts";

/** Dates of the notices that a customer has acknowledged; undefined when there is no such customer. */
export async function acknowledgedDates(db: Database, customerNumber: string): Promise<string[] | undefined> {
  const rows = await db
    .select({ date: acknowledgements.date })
    .from(customers)
    .leftJoin(acknowledgements, eq(acknowledgements.customerNumber, customers.number))
    .where(eq(customers.number, customerNumber));
  return rows.length === 0 ? undefined : rows.map(({ date }) => date).filter((date) => date !== null);
}

/**
 * Adds an acknowledgement. Fails the batch when it was given before (ACKNOWLEDGED), and when there is no such version
 * (NO_VERSION).
 */
export const insertAcknowledgement = insertInto(acknowledgements);

/** The mark by which `conflictOn` knows that a notice was acknowledged before. */
export const ACKNOWLEDGED = "acknowledgements.customer_number";

/** The mark by which `conflictOn` knows that a row names a version that is none. */
export const NO_VERSION = "FOREIGN KEY constraint failed";
