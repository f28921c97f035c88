import { z } from "zod";
import { DELIMITERS, ENCODINGS } from "../platform/csv-file.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { IMPORT_FIELDS } from "./import-row.ts";
import { CUSTOMER_KINDS, IMPORT_STATES } from "./tables.ts";

/** The largest file, in bytes: some 700,000 customers. */
const LARGEST = 104_857_600;

/** What an import begins with: what the file is called and how many bytes it has. */
export const newImportShape = z.object({
  fileName: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u),
  size: z.coerce.number().int().min(1).max(LARGEST),
});
export type NewImport = z.output<typeof newImportShape>;

/** How a file is to be read. What is left out is guessed from the file. */
export const importPlanShape = z.object({
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum(DELIMITERS).optional(),
  columns: z
    .record(z.string(), z.string())
    .refine((columns) => Object.keys(columns).every((field) => IMPORT_FIELDS.some((known) => known === field)))
    .optional(),
  kind: z.enum(CUSTOMER_KINDS).default("private"),
  lang: z.enum(LANGUAGES).optional(),
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/)
    .default("NL"),
  source: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .default("import"),
  existing: z.enum(["update", "skip"]).default("update"),
});
export type ImportWish = z.output<typeof importPlanShape>;

export const partShape = z.object({ part: z.coerce.number().int().min(0) });

/** An import as programs see it. */
export const importShape = z.object({
  id: z.string(),
  state: z.enum(IMPORT_STATES),
  fileName: z.string(),
  size: z.number(),
  partSize: z.number(),
  parts: z.number(),
  /** How many parts are there, from the first on without a gap: an upload that broke off goes on with this one. */
  received: z.number(),
  /** The byte and the row at which the next step starts: through the file while it is checked, then anew while rows are stored. Of a file that cannot be read, the row where that is. */
  offset: z.number(),
  row: z.number(),
  added: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  refused: z.number(),
  columns: z.record(z.string(), z.string()).nullable(),
  fault: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
