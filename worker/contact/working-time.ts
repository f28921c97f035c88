import { addDays, dayIn, momentIn } from "../platform/calendar.ts";
import type { Settings } from "../platform/settings.ts";

type Hours = Pick<Settings, "WORKING_HOURS" | "HOLIDAYS" | "TIME_ZONE">;

/** A day on which nobody ever works would be looked for without end. */
const MOST_DAYS = 3_660;

/** From when until when people work on a day; null when they do not. */
type Span = readonly [start: number, end: number] | null;

// To find when a day begins in a time zone costs more than all else in a hot request.
const known = new WeakMap<Hours, Map<string, Span>>();

function spanOn(hours: Hours, day: string): Span {
  const spans = known.get(hours) ?? new Map<string, Span>();
  known.set(hours, spans);
  const found = spans.get(day);
  if (found !== undefined) return found;
  const made = makeSpan(hours, day);
  if (spans.size > MOST_DAYS) spans.clear();
  spans.set(day, made);
  return made;
}

function makeSpan({ WORKING_HOURS, HOLIDAYS, TIME_ZONE }: Hours, day: string): Span {
  const [days = "", times = ""] = WORKING_HOURS.split(" ");
  // ISO 8601: Monday is 1, Sunday 7.
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const isWorked = days.split(",").some((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return first !== undefined && last !== undefined && weekday >= first && weekday <= last;
  });
  if (!isWorked || HOLIDAYS.includes(day)) return null;
  const [from, until] = times.split("-").map((time) => momentIn(TIME_ZONE, `${day}T${time}`));
  return from != null && until != null && from < until ? [from, until] : null;
}

/** Milliseconds of working time between two moments; 0 when the second is not later. */
export function workingTime(hours: Hours, from: number, to: number): number {
  let sum = 0;
  const last = dayIn(hours.TIME_ZONE, to);
  for (let day = dayIn(hours.TIME_ZONE, from), count = 0; day <= last && count < MOST_DAYS; day = addDays(day, 1)) {
    const span = spanOn(hours, day);
    if (span) sum += Math.max(0, Math.min(span[1], to) - Math.max(span[0], from));
    count++;
  }
  return sum;
}

/** The moment at which so many milliseconds of working time have gone by since another. */
export function afterWorkingTime(hours: Hours, from: number, ms: number): number {
  let left = ms;
  for (let day = dayIn(hours.TIME_ZONE, from), count = 0; count < MOST_DAYS; day = addDays(day, 1)) {
    const span = spanOn(hours, day);
    if (span) {
      const start = Math.max(span[0], from);
      const there = Math.max(0, span[1] - start);
      if (left <= there) return start + left;
      left -= there;
    }
    count++;
  }
  return from + ms;
}
