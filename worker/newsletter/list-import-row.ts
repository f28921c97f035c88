import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { dayIn, isDay, startOfDay } from "../platform/calendar.ts";
import { withoutApostrophe } from "../platform/csv.ts";
import { type RefusedRow, widthFault } from "../platform/csv-import.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { parse } from "../platform/http.ts";
import { LANGUAGES } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { ListImportPlan } from "./list-import-tables.ts";
import { nameField } from "./shapes.ts";
import { inOrder } from "./topics.ts";

/** What a column of a file can hold. */
export const LIST_IMPORT_FIELDS = ["email", "name", "lang", "topics", "labels", "date"] as const;
export type ListImportField = (typeof LIST_IMPORT_FIELDS)[number];

/** A row of which something can come. */
export interface GoodRow {
  row: number;
  cells: readonly string[];
  email: string;
  name: string | null;
  lang: string;
  topics: string[];
  labels: string[];
  /** When the day of their consent began, if the row says it. */
  consentedAt: number | null;
}

/** Heading → field, the first that fits; headings in lower case, letters only. */
const HEADINGS: readonly (readonly [RegExp, ListImportField])[] = [
  [/mail/, "email"],
  [/intern|label|tag/, "labels"],
  [/onderwerp|topic|interes|lijst|list/, "topics"],
  [/taal|lang/, "lang"],
  [/datum|dag|date|optin|aangemeld|toestemming|consent|subscribed/, "date"],
  [/naam|name/, "name"],
];

/** Which column holds which field, guessed from what the columns are called in Dutch and English. */
export function guessColumns(headings: readonly string[]): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const heading of headings) {
    const plain = heading
      .normalize("NFD")
      .toLowerCase()
      .replace(/[^a-z]/g, "");
    const field = HEADINGS.find(([pattern]) => pattern.test(plain))?.[1];
    if (field !== undefined) columns[field] ??= heading;
  }
  return columns;
}

const LANGS: Readonly<Record<string, string>> = { nederlands: "nl", dutch: "nl", engels: "en", english: "en" };

/** Texts of a cell that holds several. */
const several = z.string().transform((text) => {
  const parts = text.split(/[;|]/).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ""))];
});

const unknownValue = { code: "custom", params: { field: "unknown_value" } } as const;

/** What a row must be, of a plan and a house: labels are those that there are. */
function rowShape(rt: Pick<Runtime, "settings" | "now">, plan: ListImportPlan, labels: ReadonlySet<string>) {
  const { TOPICS, TIME_ZONE } = rt.settings;
  const today = dayIn(TIME_ZONE, rt.now());
  const topicOf = new Map(TOPICS.map((topic) => [topic.toLowerCase(), topic]));
  return z.object({
    email: emailField,
    name: nameField,
    lang: z.string().pipe(z.enum(LANGUAGES)),
    topics: several.transform((wished, ctx) => {
      const known = wished.flatMap((topic) => topicOf.get(topic.toLowerCase()) ?? []);
      if (known.length < wished.length) ctx.addIssue(unknownValue);
      return wished.length === 0 ? [...plan.topics] : inOrder(rt, known);
    }),
    labels: several.transform((wished, ctx) => {
      if (!wished.every((label) => labels.has(label))) ctx.addIssue(unknownValue);
      return [...new Set([...plan.labels, ...wished])];
    }),
    date: z.string().transform((text, ctx) => {
      if (text === "") return null;
      const day = dayOf(text);
      if (day !== null && day <= today) return startOfDay(TIME_ZONE, day);
      ctx.addIssue({ code: "custom" });
      return null;
    }),
  });
}

/** The day that a text begins with, as 2026-11-23 or 23-11-2026; a time after it is left out. */
function dayOf(text: string): string | null {
  const [first = ""] = text.split(/[T ]/, 1);
  const [, date, month, year] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(first) ?? [];
  const day = year ? `${year}-${month?.padStart(2, "0")}-${date?.padStart(2, "0")}` : first;
  return isDay(day) ? day : null;
}

/** Reads rows as a plan says; `labels` are the internal topics that there are. */
export function rowReader(
  rt: Pick<Runtime, "settings" | "now">,
  plan: ListImportPlan,
  labels: readonly string[],
): (row: number, cells: readonly string[]) => GoodRow | RefusedRow {
  const shape = rowShape(rt, plan, new Set(labels));
  const places = new Map(Object.entries(plan.columns).map(([field, name]) => [field, plan.headings.indexOf(name)]));
  return (row, cells) => {
    const refuse = (errors: readonly FieldError[]): RefusedRow => ({ row, cells, errors });
    const asWhole = widthFault(plan, cells);
    if (asWhole !== null) return refuse([asWhole]);
    const cell = (field: ListImportField) => withoutApostrophe(cells[places.get(field) ?? -1] ?? "").trim();
    const lang = cell("lang").toLowerCase();
    try {
      const { date, ...read } = parse(shape, {
        email: cell("email"),
        name: cell("name"),
        lang: lang === "" ? plan.lang : (LANGS[lang] ?? lang.replace(/[-_].*/, "")),
        topics: cell("topics"),
        labels: cell("labels"),
        date: cell("date"),
      });
      return { row, cells, ...read, consentedAt: date };
    } catch (error) {
      if (!(error instanceof Refusal) || error.errors === undefined) throw error;
      return refuse(error.errors);
    }
  };
}
