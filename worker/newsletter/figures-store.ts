import { desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import type { Step } from "../platform/periods.ts";
import { campaigns, campaignTallies, subscriberDays } from "./tables.ts";

const STARTS = {
  day: sql`${subscriberDays.day}`,
  week: sql`date(${subscriberDays.day}, 'weekday 0', '-6 days')`,
  month: sql`date(${subscriberDays.day}, 'start of month')`,
};

/** How many joined or went in a day, week or month, by where they came from. */
export interface GrowthCount {
  /** The first day of it. */
  start: string;
  source: string;
  event: (typeof subscriberDays.$inferSelect)["event"];
  count: number;
}

/** Counts by day, week or month from a day up to and with another, of one source or of all. */
export async function countGrowth(
  db: Database,
  { from, to, by, source }: { from: string; to: string; by: Step; source: string | null },
): Promise<GrowthCount[]> {
  const { day, event } = subscriberDays;
  return db
    .select({
      start: sql<string>`${STARTS[by]}`.as("start"),
      ...{ source: subscriberDays.source, event },
      count: sql<number>`sum(${subscriberDays.count})`,
    })
    .from(subscriberDays)
    .where(sql`${day} between ${from} and ${to} and ${source === null ? sql`true` : eq(subscriberDays.source, source)}`)
    .groupBy(sql`1, 2, 3`)
    .orderBy(sql`1, 2, 3`);
}

/** Every source that anyone came from. */
export async function listGrowthSources(db: Database): Promise<string[]> {
  const { source } = subscriberDays;
  return (await db.selectDistinct({ source }).from(subscriberDays).orderBy(source)).map((row) => row.source);
}

const count = (...what: (typeof campaignTallies.$inferSelect)["what"][]) =>
  sql<number>`coalesce(sum(${campaignTallies.count}) filter (where ${campaignTallies.what} in ${what}), 0)`;

const { id, name, state, startedAt, finishedAt } = campaigns;

/** A newsletter that began to go out, and what came of it. */
const outcome = {
  ...{ id, name, state, startedAt, finishedAt },
  recipients: campaigns.recipients,
  sent: count("sent"),
  waiting: count("waiting", "due"),
  failed: count("failed"),
  dropped: count("dropped"),
  bounced: count("bounced"),
  left: count("left"),
  complained: count("complained"),
  replied: count("replied"),
};

const outcomes = (db: Database) =>
  db.select(outcome).from(campaigns).leftJoin(campaignTallies, eq(campaignTallies.campaignId, id)).groupBy(id);

export type CampaignOutcome = Awaited<ReturnType<typeof listOutcomes>>["outcomes"][number];

/** Newsletters that began to go out, the latest first, at most `limit` from the one after `after` on. */
export async function listOutcomes(db: Database, after: string | null, limit: number) {
  const place = sql`(select c.started_at, c.id from ${campaigns} c where c.id = ${after})`;
  const found = await outcomes(db)
    .where(sql`${isNotNull(startedAt)} and ${after === null ? sql`true` : sql`(${startedAt}, ${id}) < ${place}`}`)
    .orderBy(desc(startedAt), desc(id))
    .limit(limit + 1);
  const page = found.slice(0, limit);
  return { outcomes: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
}

export async function findOutcome(db: Database, campaign: string): Promise<CampaignOutcome | undefined> {
  return outcomes(db).where(eq(id, campaign)).get();
}
