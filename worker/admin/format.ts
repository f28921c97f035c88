import type { Language } from "../platform/languages.ts";

// Making a formatter costs more than using it a thousand times.
const formatters = new Map<string, Intl.DateTimeFormat>();

/** A moment in words, in a time zone: "22 nov 2026, 10:04". */
export function momentInWords(at: number, lang: Language, timeZone: string): string {
  const key = `${lang} ${timeZone}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    const locale = lang === "en" ? "en-GB" : lang;
    formatter = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
    formatters.set(key, formatter);
  }
  return formatter.format(at);
}

const numbers: Readonly<Record<Language, Intl.NumberFormat>> = {
  nl: new Intl.NumberFormat("nl"),
  en: new Intl.NumberFormat("en-GB"),
};

/** A number as the reader writes it: "12.345" or "12,345". */
export const numberInWords = (value: number, lang: Language): string => numbers[lang].format(value);
