import type { Language } from "./languages.ts";

const DAY = 86_400_000;

// Making a formatter costs more than all else in a hot request; a deployment has one time zone.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterIn(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  formatters.set(timeZone, made);
  return made;
}

/** The calendar day, YYYY-MM-DD, that it is at `at` in a time zone. */
export function dayIn(timeZone: string, at: number): string {
  return formatterIn(timeZone).format(at);
}

/** The day `days` after a day, both YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

const QUARTER = 900_000;

/** The moment at which a day begins in a time zone, in milliseconds. */
export function startOfDay(timeZone: string, day: string): number {
  // No zone is further than 14 hours from UTC, and all lie whole quarters of an hour from it.
  let at = Date.parse(`${day}T00:00:00Z`) - 14 * 4 * QUARTER;
  while (dayIn(timeZone, at) < day) at += QUARTER;
  return at;
}

/** Whether a text is a day that exists, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

const inWords: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  nl: new Intl.DateTimeFormat("nl", { dateStyle: "long", timeZone: "UTC" }),
  en: new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }),
};

/** A day in words: "4 maart 2015", "4 March 2015". */
export function dayInWords(day: string, lang: Language): string {
  return inWords[lang].format(Date.parse(`${day}T00:00:00Z`));
}

const moments = new Map<string, Intl.DateTimeFormat>();

/** A moment in words, in a time zone: "22 nov 2026, 10:04". */
export function momentInWords(at: number, lang: Language, timeZone: string): string {
  const key = `${lang} ${timeZone}`;
  let formatter = moments.get(key);
  if (!formatter) {
    const locale = lang === "en" ? "en-GB" : lang;
    formatter = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
    moments.set(key, formatter);
  }
  return formatter.format(at);
}

/** The moment at which a clock in a time zone shows a day and time ("2026-11-30T09:00"); null for no such time or zone. */
export function momentIn(timeZone: string, local: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local)) return null;
  const shown = Date.parse(`${local}Z`);
  if (Number.isNaN(shown)) return null;
  try {
    // Twice: the first guess may lie on the other side of a change of clocks.
    const guess = shown - offsetIn(timeZone, shown);
    return shown - offsetIn(timeZone, guess);
  } catch {
    return null;
  }
}

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds. Throws RangeError for no zone. */
function offsetIn(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
