import { addDays } from "./calendar.ts";
import { Refusal } from "./errors.ts";

/** How days are put together. Weeks begin on Monday. */
export const STEPS = ["day", "week", "month"] as const;
export type Step = (typeof STEPS)[number];

/** Days that are shown when nobody says which. */
const USUAL = 30;
/** Days, weeks or months in one answer, at most. */
const MOST_POINTS = 1_000;

/** Which days figures are asked for, the first and the last inclusive, and by which step. */
export interface PeriodsAsked {
  from?: string | undefined;
  to?: string | undefined;
  by?: Step | undefined;
}

/** Whole days, weeks or months, one after another. */
export interface Periods {
  from: string;
  to: string;
  by: Step;
  /** The first day of each. */
  starts: readonly string[];
}

/**
 * The days, weeks or months that are asked for, up to `today` when nothing is said: by day, or by the finest step of which there are at most
 * `most`. Refuses invalid_input when the days are the wrong way round, or when the step asked for gives too many.
 */
export function periodsOf(asked: PeriodsAsked, today: string, most?: number): Periods {
  const to = asked.to ?? today;
  const from = asked.from ?? addDays(to, 1 - USUAL);
  if (from > to) throw new Refusal("invalid_input", { errors: [{ path: "from", code: "invalid" }] });
  const wished = STEPS.indexOf(asked.by ?? "day");
  const by =
    STEPS.find((step, index) => index >= wished && startsOf(step, from, to, most ?? MOST_POINTS) !== null) ?? "month";
  if (most === undefined && asked.by !== undefined && by !== asked.by) throw tooMany();
  const starts = startsOf(by, from, to, MOST_POINTS);
  if (starts === null) throw tooMany();
  return { from: starts[0] ?? from, to: addDays(startAfter(by, starts.at(-1) ?? to), -1), by, starts };
}

const tooMany = () => new Refusal("invalid_input", { errors: [{ path: "by", code: "invalid" }] });

/** The first days of all steps that a range touches; null when there are more than `most`. */
function startsOf(by: Step, from: string, to: string, most: number): string[] | null {
  const starts: string[] = [];
  for (let start = startOf(by, from); start <= to; start = startAfter(by, start)) {
    if (starts.push(start) > most) return null;
  }
  return starts;
}

function startOf(by: Step, day: string): string {
  if (by === "day") return day;
  if (by === "month") return `${day.slice(0, 7)}-01`;
  // Sunday is 0, and ends a week.
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

function startAfter(by: Step, start: string): string {
  if (by === "day") return addDays(start, 1);
  return by === "week" ? addDays(start, 7) : startOf("month", addDays(start, 31));
}
