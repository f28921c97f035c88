import { eq, sql } from "drizzle-orm";
import { customers } from "../customers/tables.ts";
import { ledgerEntries } from "../ledger/tables.ts";
import { type Database, insertInto } from "../platform/db.ts";
import { acknowledgements, noticeRuns, noticeShowings } from "./tables.ts";

/** Dates of the notices that a customer has acknowledged; undefined when there is no such customer. */
export async function acknowledgedDates(db: Database, customerNumber: string): Promise<string[] | undefined> {
  const rows = await db
    .select({ date: acknowledgements.date })
    .from(customers)
    .leftJoin(acknowledgements, eq(acknowledgements.customerNumber, customers.number))
    .where(eq(customers.number, customerNumber));
  return rows.length === 0 ? undefined : rows.map(({ date }) => date).filter((date) => date !== null);
}

/** Condition: the version of the placeholder `date` was announced. One that is minor, or history, has no run. */
const isAnnounced = sql`exists (select 1 from ${noticeRuns} where date = ${sql.placeholder("date")})`;

/** Enters what a customer saw of a version or said to it, if it has been announced; goes before the row. */
export const appendSeen = insertInto<typeof ledgerEntries, { date: string }>(ledgerEntries, isAnnounced);

/** Adds an acknowledgement of a version that has been announced. Fails the batch when it was given before (ACKNOWLEDGED). */
export const insertAcknowledgement = insertInto(acknowledgements, isAnnounced);

/** Adds that a panel showed a version that has been announced. Fails the batch when one did before (SHOWN). */
export const insertShowing = insertInto(noticeShowings, isAnnounced);

/** The marks by which `conflictOn` knows that a notice was acknowledged, or shown, before. */
export const ACKNOWLEDGED = "acknowledgements.customer_number";
export const SHOWN = "notice_showings.customer_number";
