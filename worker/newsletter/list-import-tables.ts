import { blob, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { FilePlan } from "../platform/csv-file.ts";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";

export const LIST_IMPORT_STATES = [
  "uploading",
  "ready",
  "checking",
  "running",
  "paused",
  "done",
  "failed",
  "cancelled",
] as const;

/** Where the consent of those in a file comes from, as whoever imports it states. */
export interface ConsentStatement {
  /** The words they consented under. */
  text: string;
  /** The day on which, or from which on, they did. */
  date: string;
  /** SHA-256 (hex) of the file that proves it, and its name. */
  evidence: { sha256: string; name: string } | null;
  /** Whether the evidence shows that each confirmed by a link in a mail. */
  isDoubleOptIn: boolean;
}

/** How a file of subscribers is to be read, and what holds for all in it. */
export interface ListImportPlan extends FilePlan {
  lang: Language;
  topics: readonly string[];
  labels: readonly string[];
  source: string;
  consent: ConsentStatement;
}

/** Imports of subscribers: what each is of, how far it is, what came of it, and how many of its pending were mailed. */
export const subscriberImports = sqliteTable("subscriber_imports", {
  id: text().primaryKey(),
  state: text({ enum: LIST_IMPORT_STATES }).notNull(),
  fileName: text("file_name").notNull(),
  size: integer().notNull(),
  plan: text({ mode: "json" }).$type<ListImportPlan>(),
  /** As in customer_imports: where the next step starts. */
  offset: integer().notNull(),
  row: integer().notNull(),
  /** Came as active, came as pending, were there already, had left or been stopped, were refused. */
  active: integer().notNull(),
  pending: integer().notNull(),
  unchanged: integer().notNull(),
  blocked: integer().notNull(),
  refused: integer().notNull(),
  /** Of the pending: how many were asked to confirm, and when the next are. Null when there is nobody left to ask. */
  asked: integer().notNull().default(0),
  nextAskAt: integer("next_ask_at"),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  startedAt: integer("started_at"),
  finishedAt: integer("finished_at"),
  tries: integer().notNull().default(0),
  fault: text(),
});

/** The file of an import in parts, dropped when it is done. */
export const subscriberImportParts = sqliteTable(
  "subscriber_import_parts",
  {
    importId: text("import_id")
      .notNull()
      .references(() => subscriberImports.id),
    part: integer().notNull(),
    bytes: blob({ mode: "buffer" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.part] })],
);

/** Rows that an import refused, or passed over as blocked: as they stood in the file, and why. */
export const subscriberImportFaults = sqliteTable(
  "subscriber_import_faults",
  {
    importId: text("import_id")
      .notNull()
      .references(() => subscriberImports.id),
    row: integer().notNull(),
    cells: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The addresses that stand in them, in the form we store: by these an erasure finds a row, however the file wrote them. */
    emails: text({ mode: "json" }).$type<string[]>().notNull(),
    errors: text({ mode: "json" }).$type<readonly FieldError[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.row] })],
);
