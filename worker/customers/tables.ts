import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { FilePlan } from "../platform/csv-file.ts";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";

/** "private" and "employee" are persons; of a "company" the name is that of whom we speak to. */
export const CUSTOMER_KINDS = ["private", "employee", "company"] as const;

/** A postal address; `country` is ISO 3166-1 alpha-2. */
export interface PostalAddress {
  street: string;
  postalCode: string;
  city: string;
  country: string;
}

/**
 * One row per customer number. `seq` only grows, so that who is new can be told from who was seen. A trigger puts the
 * number of a row that is deleted among the retired ones, and refuses a row with a number that stands there.
 */
export const customers = sqliteTable(
  "customers",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    number: text().notNull().unique(),
    kind: text({ enum: CUSTOMER_KINDS }).notNull(),
    name: text().notNull(),
    organisation: text(),
    email: text().notNull(),
    lang: text().notNull(),
    phone: text(),
    address: text({ mode: "json" }).$type<PostalAddress>(),
    /** Null when it is the address itself. */
    billingAddress: text("billing_address", { mode: "json" }).$type<PostalAddress>(),
    /** An opaque id of the payment provider, or a masked IBAN. Never a card number. */
    paymentReference: text("payment_reference"),
    /** Where the registration or order came from: the one IP address that the policy names. */
    ip: text(),
    /** Which way they came: "form", "import", or a word of the host's own ("order-system"). */
    source: text().notNull(),
    /** Keyed hashes of the Idempotency-Key of a registration and of what was sent with it. */
    keyHash: text("key_hash").unique(),
    requestHash: text("request_hash"),
    registeredAt: integer("registered_at").notNull(),
    changedAt: integer("changed_at").notNull(),
    closedAt: integer("closed_at"),
  },
  (t) => [
    index("customers_by_email").on(t.email, t.seq),
    index("customers_by_name").on(sql`name collate nocase`, t.seq),
    index("customers_closed").on(t.closedAt).where(sql`closed_at is not null`),
  ],
);

/** Numbers of customers who are gone. They are never given out again. */
export const retiredNumbers = sqliteTable("retired_numbers", {
  number: text().primaryKey(),
  retiredAt: integer("retired_at").notNull(),
});

/** The last number given out under each prefix; it only grows. */
export const customerSeries = sqliteTable("customer_series", {
  prefix: text().primaryKey(),
  last: integer().notNull(),
});

/** What a registration says beside its address and language. */
export interface FilledIn {
  kind: (typeof CUSTOMER_KINDS)[number];
  name: string;
  organisation: string | null;
  phone: string | null;
  address: PostalAddress | null;
  billingAddress: PostalAddress | null;
}

/** A registration by the form, until its address is confirmed. */
export const registrations = sqliteTable(
  "registrations",
  {
    id: text().primaryKey(),
    email: text().notNull(),
    lang: text().notNull(),
    /** What was filled in, but for the address it is confirmed from; emptied when the number is given. */
    filledIn: text("filled_in", { mode: "json" }).$type<FilledIn>(),
    surface: text().notNull(),
    pageOrigin: text("page_origin"),
    policyDate: text("policy_date"),
    ip: text(),
    requestedAt: integer("requested_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    number: text(),
  },
  (t) => [index("registrations_by_age").on(t.requestedAt)],
);

export const IMPORT_STATES = [
  "uploading",
  "ready",
  "checking",
  "running",
  "paused",
  "done",
  "failed",
  "cancelled",
] as const;

/** How a file is to be read: which column holds which field, and what holds for rows that do not say. */
export interface ImportPlan extends FilePlan {
  kind: (typeof CUSTOMER_KINDS)[number];
  lang: Language;
  /** Of addresses. */
  country: string;
  source: string;
  /** What to do with a row whose number is there already. */
  existing: "update" | "skip";
}

/** Imports of customers from a file: what each is of, how far it is, and what came of it. */
export const customerImports = sqliteTable("customer_imports", {
  id: text().primaryKey(),
  state: text({ enum: IMPORT_STATES }).notNull(),
  fileName: text("file_name").notNull(),
  /** In bytes, as whoever sends it says. */
  size: integer().notNull(),
  plan: text({ mode: "json" }).$type<ImportPlan>(),
  /**
   * The byte at which the next step starts, and the number of the row there (the heading is row 1). A file is gone
   * through twice: while it is checked, then anew. Of a file that cannot be read, the row where that is.
   */
  offset: integer().notNull(),
  row: integer().notNull(),
  added: integer().notNull(),
  changed: integer().notNull(),
  unchanged: integer().notNull(),
  refused: integer().notNull(),
  createdAt: integer("created_at").notNull(),
  /** "staff:" or "key:" and an id. */
  createdBy: text("created_by").notNull(),
  startedAt: integer("started_at"),
  finishedAt: integer("finished_at"),
  /** How often the next step was tried in vain. */
  tries: integer().notNull().default(0),
  /** Why it cannot go on: a code. */
  fault: text(),
});

/** The file of an import in parts, dropped when it is done. */
export const customerImportParts = sqliteTable(
  "customer_import_parts",
  {
    importId: text("import_id")
      .notNull()
      .references(() => customerImports.id),
    part: integer().notNull(),
    bytes: blob({ mode: "buffer" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.part] })],
);

/** Rows that an import refused: as they stood in the file, and what is wrong with which field. */
export const customerImportFaults = sqliteTable(
  "customer_import_faults",
  {
    importId: text("import_id")
      .notNull()
      .references(() => customerImports.id),
    row: integer().notNull(),
    cells: text({ mode: "json" }).$type<string[]>().notNull(),
    errors: text({ mode: "json" }).$type<readonly FieldError[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.row] })],
);

/** The customer numbers that an import has met so far, to know the second of two; dropped when it is done. */
export const customerImportNumbers = sqliteTable(
  "customer_import_numbers",
  {
    importId: text("import_id")
      .notNull()
      .references(() => customerImports.id),
    number: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.number] })],
);
