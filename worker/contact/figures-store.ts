import { type SQL, sql } from "drizzle-orm";
import { compile } from "../platform/db.ts";
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
