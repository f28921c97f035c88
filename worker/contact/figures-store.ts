import { and, between, eq, type SQL, sql } from "drizzle-orm";
import { compile, type Database } from "../platform/db.ts";
import type { Step } from "../platform/periods.ts";
import { contactDays } from "./tables.ts";

const p = sql.placeholder;

interface Count extends Record<string, unknown> {
  day: string;
  topicId: string;
  event: (typeof contactDays.$inferInsert)["event"];
  ms: number;
  late: number;
}

/** Compiles the counting of an event in the figures, if `when` holds at the commit. */
export const countWhen = <More extends Record<string, unknown>>(when: SQL) =>
  compile<Count & More>(sql`insert into ${contactDays} (day, topic_id, event, count, ms, late)
    select ${p("day")}, ${p("topicId")}, ${p("event")}, 1, ${p("ms")}, ${p("late")} where ${when}
    on conflict do update set count = count + 1, ms = ms + excluded.ms, late = late + excluded.late`);

const STARTS: Readonly<Record<Step, SQL>> = {
  day: sql`${contactDays.day}`,
  week: sql`date(${contactDays.day}, 'weekday 0', '-6 days')`,
  month: sql`date(${contactDays.day}, 'start of month')`,
};

/** What was counted in a day, week or month of one topic. */
export interface Counted {
  /** The first day of it. */
  start: string;
  topicId: string;
  event: (typeof contactDays.$inferSelect)["event"];
  count: number;
  ms: number;
  late: number;
}

/** What was counted from a day up to and with another, of one topic ("" for none) or of all (null). */
export async function countedBetween(
  db: Database,
  { from, to, by, topic }: { from: string; to: string; by: Step; topic: string | null },
): Promise<Counted[]> {
  const { day, topicId, event } = contactDays;
  return db
    .select({
      start: sql<string>`${STARTS[by]}`.as("start"),
      ...{ topicId, event },
      count: sql<number>`sum(${contactDays.count})`,
      ms: sql<number>`sum(${contactDays.ms})`,
      late: sql<number>`sum(${contactDays.late})`,
    })
    .from(contactDays)
    .where(and(between(day, from, to), topic === null ? undefined : eq(topicId, topic)))
    .groupBy(sql`1, 2, 3`)
    .orderBy(sql`1, 2, 3`);
}
