import { insertInto } from "../platform/db.ts";
import { ledgerEntries } from "./tables.ts";

/** An entry as it is added; the database gives it its place. */
export type LedgerRow = Omit<typeof ledgerEntries.$inferInsert, "seq">;

/** Appends an entry. An entry of the same id fails the batch (see ENTERED). */
export const appendEntry = insertInto(ledgerEntries);

/** The mark by which `conflictOn` knows that an event was entered before. */
export const ENTERED = "ledger_entry_exists";
