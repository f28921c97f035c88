import type { Table } from "drizzle-orm";

/**
 * The inventory's vocabulary (DESIGN.md 8). Each room's personal-data.ts describes every column of its tables with
 * it; a column that is missing there, or no longer exists, does not compile.
 */
export type Category = "identity" | "contact" | "content" | "consent" | "usage" | "technical" | "publication";
export type Purpose =
  | "newsletter"
  | "contact"
  | "contact-archive"
  | "policy-notice"
  | "contract"
  | "billing"
  | "support"
  | "evidence"
  | "security"
  | "operation";
/** GDPR art. 6(1): (a) consent, (b) contract, (c) legal obligation, (f) legitimate interest; "none" for what is not about a person. */
export type Ground = "consent" | "contract" | "legal-obligation" | "legitimate-interest" | "none";
export type Source = "person" | "panel" | "staff" | "system";
export type Subject = "subscriber" | "correspondent" | "customer" | "recipient" | "staff" | "nobody";
export type Recipient = "mail-provider" | "hosting-provider";

/** How long, in days, counted from an event; `until` for what ends with an event alone. */
export type Retention = { days: number; from: string } | { until: string };

/** Facts that hold for a whole table unless a column says otherwise. */
export interface TableFacts {
  /** What the table is for, in a sentence. */
  about: string;
  subject: Subject;
  purposes: readonly Purpose[];
  ground: Ground;
  recipients: readonly Recipient[];
  retention: Retention;
}

export interface ColumnFacts extends Partial<Omit<TableFacts, "about">> {
  category: Category;
  source: Source;
  /** Whether the copy a person gets (GDPR art. 15) holds it. */
  access: "copy" | "omit";
  /** How it is put right (art. 16). */
  rectify: "self" | "staff" | "never";
  /** What erasure (art. 17) does with it; "keep" only for what says nothing about a person by itself. */
  erase: "delete-row" | "empty" | "keep";
}

type ColumnName<T extends Table> = keyof T["_"]["columns"] & string;

export interface TableInventory {
  table: Table;
  facts: TableFacts;
  columns: Readonly<Record<string, ColumnFacts>>;
}

/** A search index that stands beside a table and holds what one of its columns does, for as long. */
export interface IndexInventory {
  /** The names of its own tables begin with it. */
  name: string;
  /** "table.column". */
  of: string;
}

/** Describes a table: one entry for every column, no more and no fewer. */
export function describeTable<T extends Table>(
  table: T,
  facts: TableFacts,
  columns: Record<ColumnName<T>, ColumnFacts>,
): TableInventory {
  return { table, facts, columns };
}

/** A family of KV keys or of R2 objects, or a kind of queue message, described by the same words. */
export interface StoreInventory extends TableFacts {
  store: "kv" | "queue" | "r2";
  name: string;
  holds: readonly Category[];
  erase: "expires" | "delete";
}

/**
 * What the inventory says on a day, as far as people are concerned: for which purposes, to whom, and how long for each
 * table, KV family and queue message. Kept with a published version, to hold the next against.
 */
export interface InventorySnapshot {
  purposes: readonly Purpose[];
  recipients: readonly Recipient[];
  /** Days by the name of a store and the event they start at; null for what ends with an event alone. */
  retention: Readonly<Record<string, { days: number | null; event: string }>>;
}
