import { addDays } from "../platform/calendar.ts";
import { CSV_START, csvRow } from "../platform/csv.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  type CampaignOutcome,
  countGrowth,
  findOutcome,
  type GrowthCount,
  listGrowthSources,
  listOutcomes,
  STEPS,
  type Step,
} from "./figures-store.ts";

/** Days that are shown when nobody says which. */
const USUAL = 30;
/** Days, weeks or months in one answer, at most. */
const MOST_POINTS = 1_000;
const CAMPAIGNS_AT_ONCE = 500;

/** Which growth is asked for. Days are UTC, inclusive. */
export interface GrowthAsked {
  from?: string | undefined;
  to?: string | undefined;
  by?: Step | undefined;
  source?: string | undefined;
}

/** How many joined, and how many went and why. */
export type Moves = Record<GrowthCount["event"], number>;

/** Moves in one day, week or month, in all and by where people came from. */
export interface GrowthPoint extends Moves {
  start: string;
  sources: ReadonlyMap<string, Moves>;
}

export interface Growth {
  from: string;
  to: string;
  by: Step;
  /** Null for all. */
  source: string | null;
  /** Every one from the first to the last, also those in which nobody moved. */
  points: readonly GrowthPoint[];
}

/**
 * How the list grew: by day when nothing is said, or by the finest step of which there are at most `most`. Whole weeks and
 * months are counted. Refuses invalid_input when the days are the wrong way round, or when the step asked for gives too many.
 */
export async function growthOf(rt: Runtime, asked: GrowthAsked, most?: number): Promise<Growth> {
  const to = asked.to ?? new Date(rt.now()).toISOString().slice(0, 10);
  const from = asked.from ?? addDays(to, 1 - USUAL);
  if (from > to) throw new Refusal("invalid_input", { errors: [{ path: "from", code: "invalid" }] });
  const wished = STEPS.indexOf(asked.by ?? "day");
  const by =
    STEPS.find((step, index) => index >= wished && startsOf(step, from, to, most ?? MOST_POINTS) !== null) ?? "month";
  if (most === undefined && asked.by !== undefined && by !== asked.by) throw tooMany();
  const starts = startsOf(by, from, to, MOST_POINTS);
  if (starts === null) throw tooMany();
  const range = { from: starts[0] ?? from, to: addDays(startAfter(by, starts.at(-1) ?? to), -1), by };
  const source = asked.source ?? null;
  const counts = await countGrowth(rt.db, { ...range, source });
  const byStart = Map.groupBy(counts, ({ start }) => start);
  return { ...range, source, points: starts.map((start) => pointOf(start, byStart.get(start) ?? [])) };
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

const still = (): Moves => ({ joined: 0, left: 0, bounced: 0, complained: 0 });

function pointOf(start: string, counts: readonly GrowthCount[]): GrowthPoint {
  const sources = new Map<string, Moves>();
  const all = still();
  for (const { source, event, count } of counts) {
    const moves = sources.get(source) ?? still();
    moves[event] += count;
    all[event] += count;
    sources.set(source, moves);
  }
  return { start, ...all, sources };
}

/** Growth as a file: a line for each step and source that anyone came from or went of in it. */
export function growthCsv({ points }: Growth): string {
  const lines = points.flatMap(({ start, sources }) =>
    [...sources].map(([source, { joined, left, bounced, complained }]) =>
      csvRow([start, source, joined, left, bounced, complained]),
    ),
  );
  return [CSV_START + csvRow(["from_utc", "source", "joined", "left", "bounced", "complained"]), ...lines].join("");
}

/** Every source that can be asked for. */
export const growthSources = (rt: Runtime): Promise<string[]> => listGrowthSources(rt.db);

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** What came of a newsletter, as programs and spreadsheets get it. */
export const outcomeJson = ({ startedAt, finishedAt, ...rest }: CampaignOutcome) => ({
  ...rest,
  startedAt: instant(startedAt),
  finishedAt: instant(finishedAt),
});

/** What came of a newsletter. Refuses not_found. */
export async function outcomeOf(rt: Runtime, campaign: string): Promise<CampaignOutcome> {
  const found = await findOutcome(rt.db, campaign);
  if (!found) throw new Refusal("not_found");
  return found;
}

const COLUMNS = [
  "id",
  "name",
  "state",
  "startedAt",
  "finishedAt",
  "recipients",
  "sent",
  "waiting",
  "failed",
  "dropped",
  "bounced",
  "left",
  "complained",
  "replied",
] as const;
const HEADING = COLUMNS.map((column) => column.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`));

function outcomeLine(outcome: CampaignOutcome): string {
  const json = outcomeJson(outcome);
  return csvRow(COLUMNS.map((column) => json[column]));
}

/** What came of one newsletter, as a file. */
export const outcomeCsv = (outcome: CampaignOutcome): string => CSV_START + csvRow(HEADING) + outcomeLine(outcome);

/** What came of every newsletter, as a file, the latest first. */
export async function* outcomesCsv(rt: Runtime): AsyncGenerator<string> {
  yield CSV_START + csvRow(HEADING);
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listOutcomes>> = await listOutcomes(rt.db, after, CAMPAIGNS_AT_ONCE);
    yield page.outcomes.map(outcomeLine).join("");
    after = page.next;
  } while (after !== null);
}
