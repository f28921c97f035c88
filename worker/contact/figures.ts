import { dayIn } from "../platform/calendar.ts";
import { CSV_START, csvRow } from "../platform/csv.ts";
import { type Periods, type PeriodsAsked, periodsOf } from "../platform/periods.ts";
import type { Runtime } from "../platform/runtime.ts";
import { type Counted, countedBetween } from "./figures-store.ts";

const HOUR = 3_600_000;
/** How the topic of conversations without one is asked for. */
export const NO_TOPIC = "none";

/** Which figures are asked for. Days are those of the deployment's time zone, inclusive. */
export interface FiguresAsked extends PeriodsAsked {
  topic?: string | undefined;
}

/** What was counted: how often, how long it took together in milliseconds of working time, and how often that was too long. */
export type Tally = Readonly<Record<Counted["event"], { count: number; ms: number; late: number }>>;

/** What happened in one day, week or month, in all and by topic; "" is without one. */
export interface FiguresPoint {
  start: string;
  all: Tally;
  topics: ReadonlyMap<string, Tally>;
}

export interface ContactFigures extends Omit<Periods, "starts"> {
  /** Null for all; NO_TOPIC for conversations without one. */
  topic: string | null;
  /** Every one from the first to the last, also those in which nothing happened. */
  points: readonly FiguresPoint[];
}

/** What came and was done, by day, week or month; without persons, so that it stays when conversations go. Refuses as periodsOf does. */
export async function contactFigures(rt: Runtime, asked: FiguresAsked, most?: number): Promise<ContactFigures> {
  const { starts, ...range } = periodsOf(asked, dayIn(rt.settings.TIME_ZONE, rt.now()), most);
  const topic = asked.topic ?? null;
  const counted = await countedBetween(rt.db, { ...range, topic: topic === NO_TOPIC ? "" : topic });
  const byStart = Map.groupBy(counted, ({ start }) => start);
  const points = starts.map((start) => {
    const here = byStart.get(start) ?? [];
    const topics = Map.groupBy(here, ({ topicId }) => topicId);
    return { start, all: tallyOf(here), topics: new Map([...topics].map(([id, own]) => [id, tallyOf(own)])) };
  });
  return { ...range, topic, points };
}

/** What was counted of each topic, and of all, over all points together. */
export function sumsOf({ points }: ContactFigures): { all: Tally; topics: ReadonlyMap<string, Tally> } {
  const rows = points.flatMap(({ topics }) => [...topics].flatMap(([topicId, tally]) => rowsOf(topicId, tally)));
  const topics = Map.groupBy(rows, ({ topicId }) => topicId);
  return { all: tallyOf(rows), topics: new Map([...topics].map(([id, own]) => [id, tallyOf(own)])) };
}

type Row = Pick<Counted, "topicId" | "event" | "count" | "ms" | "late">;

const EVENTS = ["received", "answered", "sent", "closed"] as const;

const rowsOf = (topicId: string, tally: Tally): Row[] => EVENTS.map((event) => ({ topicId, event, ...tally[event] }));

function tallyOf(rows: readonly Row[]): Tally {
  const nothing = () => ({ count: 0, ms: 0, late: 0 });
  const tally = { received: nothing(), answered: nothing(), sent: nothing(), closed: nothing() };
  for (const { event, count, ms, late } of rows) {
    tally[event].count += count;
    tally[event].ms += ms;
    tally[event].late += late;
  }
  return tally;
}

/** The mean of what took working time, in hours to a tenth; null of nothing. */
export const meanHours = ({ count, ms }: { count: number; ms: number }): number | null =>
  count === 0 ? null : Math.round((ms / count / HOUR) * 10) / 10;

/** Figures as a file: a line for each day, week or month and topic in which anything happened. */
export function figuresCsv({ points }: ContactFigures, nameOf: (topicId: string) => string): string {
  const lines = points.flatMap(({ start, topics }) =>
    [...topics].map(([topicId, { received, answered, sent, closed }]) =>
      csvRow([
        ...[start, nameOf(topicId), received.count, answered.count, sent.count, closed.count],
        ...[meanHours(answered), answered.count - answered.late],
        ...[meanHours(closed), closed.count - closed.late],
      ]),
    ),
  );
  const heading = ["from", "topic", "received", "answered", "sent", "closed"];
  const times = ["first_answer_hours", "first_answer_in_time", "solved_hours", "solved_in_time"];
  return [CSV_START + csvRow([...heading, ...times]), ...lines].join("");
}
