import { CSV_START, csvRow } from "../platform/csv.ts";
import { Refusal } from "../platform/errors.ts";
import { type PeriodsAsked, periodsOf, type Step } from "../platform/periods.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  type CampaignOutcome,
  countGrowth,
  findOutcome,
  type GrowthCount,
  listGrowthSources,
  listOutcomes,
} from "./figures-store.ts";

const CAMPAIGNS_AT_ONCE = 500;

/** Which growth is asked for. Days are UTC, inclusive. */
export interface GrowthAsked extends PeriodsAsked {
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
  const { starts, ...range } = periodsOf(asked, new Date(rt.now()).toISOString().slice(0, 10), most);
  const source = asked.source ?? null;
  const counts = await countGrowth(rt.db, { ...range, source });
  const byStart = Map.groupBy(counts, ({ start }) => start);
  return { ...range, source, points: starts.map((start) => pointOf(start, byStart.get(start) ?? [])) };
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
