import type { Counted } from "../newsletter/filter-store.ts";
import { dayInWords } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import type { Step } from "../platform/periods.ts";

// Making a formatter costs more than using it a thousand times.
const formatters = new Map<string, Intl.DateTimeFormat>();

const numbers: Readonly<Record<Language, Intl.NumberFormat>> = {
  nl: new Intl.NumberFormat("nl"),
  en: new Intl.NumberFormat("en-GB"),
};

/** A number as the reader writes it: "12.345" or "12,345". */
export const numberInWords = (value: number, lang: Language): string => numbers[lang].format(value);

const MORE: Readonly<Record<Language, string>> = { nl: "meer dan", en: "more than" };

/** How many were counted: "12.345", or "meer dan 10.000". */
export const countedInWords = ({ count, isMore }: Counted, lang: Language): string =>
  isMore ? `${MORE[lang]} ${numberInWords(count, lang)}` : numberInWords(count, lang);

/** Whether exactly one was counted. */
export const isOne = ({ count, isMore }: Counted): boolean => count === 1 && !isMore;

/** What a chart writes below a column, or its table before a row. */
const DAY_STYLES = {
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
  "whole-month": { month: "long", year: "numeric" },
} as const;

/** A day in short: "22 nov", "nov 2026", "november 2026". */
export function dayInShort(day: string, style: keyof typeof DAY_STYLES, lang: Language): string {
  const key = `${lang} ${style}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    const locale = lang === "en" ? "en-GB" : lang;
    formatter = new Intl.DateTimeFormat(locale, { ...DAY_STYLES[style], timeZone: "UTC" });
    formatters.set(key, formatter);
  }
  return formatter.format(Date.parse(`${day}T00:00:00Z`));
}

const WEEKS: Readonly<Record<Language, (monday: string) => string>> = {
  nl: (monday) => `week van ${monday}`,
  en: (monday) => `week of ${monday}`,
};

/** What a day, week or month is called by its first day: "22 November 2026", "week of 16 November 2026", "November 2026". */
export function periodInWords(by: Step, start: string, lang: Language): string {
  if (by === "month") return dayInShort(start, "whole-month", lang);
  const day = dayInWords(start, lang);
  return by === "day" ? day : WEEKS[lang](day);
}

const shares: Readonly<Record<Language, Intl.NumberFormat>> = {
  nl: new Intl.NumberFormat("nl", { style: "percent", maximumFractionDigits: 2 }),
  en: new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 2 }),
};

/** A part of a whole as the reader writes it: "0,35%"; nought of nothing. */
export const shareInWords = (part: number, whole: number, lang: Language): string =>
  shares[lang].format(whole === 0 ? 0 : part / whole);
