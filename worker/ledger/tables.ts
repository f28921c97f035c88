import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The append-only ledger. `commitment` = SHA-256(salt ‖ canonical JSON of {id, kind, at, body}).
 * Erasing a person empties `subject`, `body` and `salt`; triggers refuse every other change.
 */
export const ledgerEntries = sqliteTable(
  "ledger_entries",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    kind: text().notNull(),
    at: integer().notNull(),
    subject: text(),
    body: text(),
    salt: text(),
    commitment: text().notNull(),
  },
  (t) => [index("ledger_entries_by_subject").on(t.subject)],
);
