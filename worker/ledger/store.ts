import { type SQL, sql } from "drizzle-orm";
import type { Statement } from "../platform/db.ts";
import { ledgerEntries } from "./tables.ts";

/** An entry as it is added; the database gives it its place. */
export type LedgerRow = Omit<typeof ledgerEntries.$inferInsert, "seq">;

/** Appends an entry, with `when` only if that holds at the commit. An entry of the same id fails the batch (see ENTERED). */
export function appendEntry(row: LedgerRow, when: SQL = sql`true`): Statement {
  return sql`insert into ${ledgerEntries} (id, kind, at, subject, body, salt, commitment)
    select ${row.id}, ${row.kind}, ${row.at}, ${row.subject}, ${row.body}, ${row.salt}, ${row.commitment} where ${when}`;
}

/** The mark by which `conflictOn` knows that an event was entered before. */
export const ENTERED = "ledger_entry_exists";
