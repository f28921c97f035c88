import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const LEDGER_FAULTS = [
  /** The entry is not what was committed to or sealed. */
  "entry_altered",
  /** The entry is emptied as if a person were erased, and is of a kind that is about none. */
  "entry_erased",
  /** An entry is gone. */
  "entry_missing",
  /** The entry stands where another was sealed. */
  "entry_moved",
  /** An entry stands between two seals, where none was sealed. */
  "entry_added",
  /** The seal is not what its own head says. */
  "seal_altered",
  /** A seal is gone: the one after it, or a head known from elsewhere, names it. */
  "seal_missing",
] as const;

/** Something that verification found, and where. */
export interface LedgerFault {
  code: (typeof LEDGER_FAULTS)[number];
  /** The place of an entry, or the number of a seal; 0 for a missing seal that is known by its head alone. */
  at: number;
  /** For several missing in a row: the last of them. */
  to?: number;
  /** For a moved entry: the place it was sealed at. */
  sealedAt?: number;
  /** For a missing seal that was known from elsewhere: the head it had. */
  head?: string;
}

/**
 * The append-only ledger. `commitment` = SHA-256(salt ‖ canonical JSON of {id, kind, at, subject, actor, body}).
 * Erasing a person empties `subject`, `actor`, `body` and `salt`; triggers refuse every other change.
 */
export const ledgerEntries = sqliteTable(
  "ledger_entries",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    kind: text().notNull(),
    at: integer().notNull(),
    subject: text(),
    /** Who did it: "staff:" or "key:" and an id, or "command"; null for the person whom it is about. */
    actor: text(),
    body: text(),
    salt: text(),
    commitment: text().notNull(),
  },
  (t) => [
    index("ledger_entries_by_subject").on(t.subject, t.at),
    index("ledger_entries_by_actor").on(t.actor, t.at),
    index("ledger_entries_by_kind").on(t.kind, t.at),
    index("ledger_entries_by_time").on(t.at),
  ],
);

/**
 * The chain of seals, as append-only as the entries. A seal closes the entries `firstSeq` to `lastSeq`, none missing:
 * `root` is the Merkle root (RFC 6962 section 2.1) of `leaves`, and `head` hashes the seal with the head before it.
 * `leaves` are the leaf hashes, 64 hexadecimal digits each, so that a fault can be pinned on one entry.
 */
export const ledgerSeals = sqliteTable(
  "ledger_seals",
  {
    number: integer().primaryKey(),
    at: integer().notNull(),
    firstSeq: integer("first_seq").notNull(),
    lastSeq: integer("last_seq").notNull(),
    root: text().notNull(),
    previous: text().notNull(),
    head: text().notNull(),
    leaves: text().notNull(),
  },
  (t) => [index("ledger_seals_by_place").on(t.lastSeq)],
);

/** Runs of the verification: how far the one under way is, and what each has found. */
export const ledgerChecks = sqliteTable("ledger_checks", {
  id: integer().primaryKey({ autoIncrement: true }),
  startedAt: integer("started_at").notNull(),
  /** Null while it runs. */
  finishedAt: integer("finished_at"),
  /** The staff member who asked for it; null for cron. */
  askedBy: text("asked_by"),
  /** Number of the last seal checked. */
  sealNumber: integer("seal_number").notNull(),
  /** Entries checked. */
  entries: integer().notNull(),
  faults: text({ mode: "json" }).$type<LedgerFault[]>().notNull(),
});
