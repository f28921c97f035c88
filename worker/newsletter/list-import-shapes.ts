import { z } from "zod";
import { isDay } from "../platform/calendar.ts";
import { DELIMITERS, ENCODINGS } from "../platform/csv-file.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { LIST_IMPORT_FIELDS } from "./list-import-row.ts";
import { LIST_IMPORT_STATES } from "./list-import-tables.ts";

/** The largest file, in bytes: some two million subscribers. */
const LARGEST = 104_857_600;

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u);

/** What an import begins with: what the file is called and how many bytes it has. */
export const newListImportShape = z.object({
  fileName: line(200),
  size: z.coerce.number().int().min(1).max(LARGEST),
});
export type NewListImport = z.output<typeof newListImportShape>;

/** How a file is to be read, and what holds for all in it. What is left out is guessed from the file, or the house's own. */
export const readingShape = z.object({
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum(DELIMITERS).optional(),
  columns: z
    .record(z.string(), z.string())
    .refine((columns) => Object.keys(columns).every((field) => LIST_IMPORT_FIELDS.some((known) => known === field)))
    .optional(),
  lang: z.enum(LANGUAGES).optional(),
  topics: z.array(z.string().max(40)).max(50).optional(),
  labels: z.array(z.string().max(100)).max(50).default([]),
  source: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .default("import"),
});
export type ReadingWish = z.output<typeof readingShape>;

/** Where the consent of all in a file comes from, as whoever starts the import states. */
const consentShape = z.object({
  /** The words under which they consented. */
  text: z.string().trim().min(1).max(2_000),
  /** The day on which, or from which on, they did: not in the future. */
  date: z.string().min(1).pipe(z.string().refine(isDay)),
  /** The file that proves it, which the house does not keep. */
  evidence: z
    .object({
      sha256: z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[0-9a-f]{64}$/),
      name: line(200),
    })
    .nullable()
    .default(null),
  /** Whether it shows that each of them confirmed by a link in a mail. */
  isDoubleOptIn: z.boolean().default(false),
});

/** What an import, or a dry run of it, is started with. */
export const listImportPlanShape = readingShape.extend({ consent: consentShape });
export type ListImportWish = z.output<typeof listImportPlanShape>;

export const partShape = z.object({ part: z.coerce.number().int().min(0) });

/** A place in the list of imports, as text: what stands in an address for the next page. */
export const placeText = ({ createdAt, id }: { createdAt: number; id: string }): string => `${createdAt}.${id}`;

/** That text, read. */
const placeField = z
  .string()
  .max(60)
  .regex(/^\d{1,15}\.[\w-]+$/)
  .transform((text) => {
    const [at = "", id = ""] = text.split(".");
    return { createdAt: Number(at), id };
  });

/** Which imports are listed: those after a place, and how many. */
export const listImportsQuery = z.object({
  after: placeField.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** As a page of ours has it: a place that is none is the beginning. */
export const importsPageQuery = z.object({ after: placeField.optional().catch(undefined) });

/** An import of subscribers as programs see it. */
export const listImportShape = z.object({
  id: z.string(),
  state: z.enum(LIST_IMPORT_STATES),
  fileName: z.string(),
  size: z.number(),
  partSize: z.number(),
  parts: z.number(),
  /** How many parts are there, from the first on without a gap: an upload that broke off goes on with this one. */
  received: z.number(),
  /** The byte and the row at which the next step starts. Of a file that cannot be read, the row where that is. */
  offset: z.number(),
  row: z.number(),
  /** Whether the counts are those of a dry run, of which nothing was stored. */
  isDryRun: z.boolean(),
  /** Rows that came as active, as pending, that were there already, that had left or been stopped, that were refused. */
  active: z.number(),
  pending: z.number(),
  unchanged: z.number(),
  blocked: z.number(),
  refused: z.number(),
  /** How many of the pending were asked to confirm, and when the next are; null when there is nobody left to ask. */
  asked: z.number(),
  nextAskAt: z.string().nullable(),
  columns: z.record(z.string(), z.string()).nullable(),
  fault: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

/** A page of imports; `next` is for ?after=, null when there are no more. */
export const listImportsReply = z.object({
  imports: z.array(listImportShape.omit({ received: true, partSize: true, parts: true })),
  next: z.string().nullable(),
});
