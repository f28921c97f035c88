import { and, asc, desc, eq, getTableColumns, gt, inArray, lte, or, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { mailInsert } from "../mail/store.ts";
import { type Database, insertInto, type Statement } from "../platform/db.ts";
import { campaignRecipients, campaigns, campaignTallies, type RECIPIENT_STATES, subscribers } from "./tables.ts";

export type Campaign = typeof campaigns.$inferSelect;
/** A newsletter without its texts. */
export type CampaignHead = Omit<Campaign, "texts">;
export type CampaignState = Campaign["state"];
export type RecipientState = (typeof RECIPIENT_STATES)[number];

const p = sql.placeholder;

const { texts: _, ...head } = getTableColumns(campaigns);

export async function findCampaign(db: Database, id: string): Promise<Campaign | undefined> {
  return db.select().from(campaigns).where(eq(campaigns.id, id)).get();
}

/** Which newsletters to list: all, or those in a state; from the one after the place `after` on. */
export interface CampaignList {
  state?: CampaignState | undefined;
  after?: string | undefined;
}

/** Newsletters without their texts, those changed last first, at most `limit`; `next` names the place of the next page. */
export async function listCampaigns(
  db: Database,
  { state, after }: CampaignList,
  limit: number,
): Promise<{ campaigns: CampaignHead[]; next: string | null }> {
  const rowid = sql<number>`${campaigns}.rowid`;
  // A place is a time and a row, and stays where it is when that newsletter is dropped.
  const place = after?.split(".").map(Number);
  const found = await db
    .select({ ...head, rowid })
    .from(campaigns)
    .where(
      and(
        state === undefined ? undefined : eq(campaigns.state, state),
        place && sql`(${campaigns.changedAt}, ${rowid}) < (${place[0] ?? 0}, ${place[1] ?? 0})`,
      ),
    )
    .orderBy(desc(campaigns.changedAt), desc(rowid))
    .limit(limit + 1);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    campaigns: page.map(({ rowid: _row, ...campaign }) => campaign),
    next: last ? `${last.changedAt}.${last.rowid}` : null,
  };
}

/** How many recipients are in each state, and how many bounced, left, complained or replied. */
export type Tallies = Record<(typeof campaignTallies.$inferSelect)["what"], number>;

const NO_TALLIES: Tallies = {
  ...{ waiting: 0, due: 0, sent: 0, failed: 0, dropped: 0 },
  ...{ bounced: 0, left: 0, complained: 0, replied: 0 },
};

/** The tallies of newsletters, by id; each that is asked for has one. */
export async function talliesOf(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Tallies>> {
  const tallies = new Map(ids.map((id) => [id, { ...NO_TALLIES }]));
  const rows = await db
    .select()
    .from(campaignTallies)
    .where(sql`${campaignTallies.campaignId} in (select value from json_each(${JSON.stringify(ids)}))`);
  for (const { campaignId, what, count } of rows) {
    const one = tallies.get(campaignId);
    if (one) one[what] = count;
  }
  return tallies;
}

/** A recipient of a newsletter, with whom they are now. */
export type RecipientRow = typeof campaignRecipients.$inferSelect & { subscriber: string; email: string };

/** Recipients of a newsletter in the order in which they subscribed, from the one after place `after`; those who are erased are not among them. */
export async function listRecipients(
  db: Database,
  id: string,
  { state, after }: { state?: RecipientState | undefined; after?: number | undefined },
  limit: number,
): Promise<RecipientRow[]> {
  return db
    .select({ ...getTableColumns(campaignRecipients), subscriber: subscribers.id, email: subscribers.email })
    .from(campaignRecipients)
    .innerJoin(subscribers, eq(subscribers.seq, campaignRecipients.seq))
    .where(
      and(
        eq(campaignRecipients.campaignId, id),
        state === undefined ? undefined : eq(campaignRecipients.state, state),
        after === undefined ? undefined : gt(campaignRecipients.seq, after),
      ),
    )
    .orderBy(asc(campaignRecipients.seq))
    .limit(limit);
}

/** Newsletters whose time has come, the longest due first. */
export async function dueCampaigns(db: Database, now: number): Promise<CampaignHead[]> {
  return db
    .select(head)
    .from(campaigns)
    .where(and(eq(campaigns.state, "scheduled"), lte(campaigns.scheduledAt, now)))
    .orderBy(asc(campaigns.scheduledAt));
}

/** Ids of newsletters that are under way, and of those that ended while the mail of some has no outcome yet, or is tried again. */
export async function unsettledCampaigns(db: Database): Promise<string[]> {
  const isOpen = sql`exists (select 1 from ${campaignTallies}
    where campaign_id = ${campaigns.id} and what in ('waiting', 'due') and count > 0)`;
  const rows = await db
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(
      or(
        inArray(campaigns.state, ["freezing", "sending", "paused"]),
        and(inArray(campaigns.state, ["sent", "cancelled"]), isOpen),
      ),
    )
    .orderBy(asc(campaigns.startedAt));
  return rows.map(({ id }) => id);
}

// Steps of a newsletter. A step names the states in which it can be taken, and the version it saw unless it is one that fits
// every version. The entry carries the condition of the change and goes first.

/** A newsletter in one of these states and, unless that is null, as it was at this version. */
export interface AtStep {
  campaign: string;
  states: readonly CampaignState[];
  campaignVersion: number | null;
}

const isAt = (campaign: unknown, states: unknown, version: unknown): SQL =>
  sql`id = ${campaign} and state in (select value from json_each(${states})) and version = coalesce(${version}, version)`;

/** The mark by which `conflictOn` knows that another newsletter has that address in the archive. */
export const SLUG = "campaigns.slug";

export const insertCampaign = insertInto(campaigns);

/** Adds the mail of a test, unless the newsletter is gone. */
export const insertTest = mailInsert<{ campaign: string }>(
  sql`exists (select 1 from ${campaigns} where id = ${p("campaign")})`,
);

const appendAt = insertInto<typeof ledgerEntries, { campaign: string; states: string; campaignVersion: number | null }>(
  ledgerEntries,
  sql`exists (select 1 from ${campaigns} where ${isAt(p("campaign"), p("states"), p("campaignVersion"))})`,
);

/** Enters a step, if it can be taken. */
export const appendStep = (entry: typeof ledgerEntries.$inferInsert, step: AtStep): Statement =>
  appendAt({ ...entry, ...step, states: JSON.stringify(step.states) });

/** Changes a newsletter, if the step can be taken. */
export function updateCampaign(
  db: Database,
  { campaign, states, campaignVersion }: AtStep,
  set: { [Column in keyof Campaign]?: Campaign[Column] | SQL | undefined },
): Statement {
  return db
    .update(campaigns)
    .set(set)
    .where(isAt(campaign, JSON.stringify(states), campaignVersion));
}

/** Whether it is still kept who gets, or got, a newsletter. */
export async function hasRecipients(db: Database, id: string): Promise<boolean> {
  const one = db.select({ seq: campaignRecipients.seq }).from(campaignRecipients);
  return (await one.where(eq(campaignRecipients.campaignId, id)).limit(1).get()) !== undefined;
}

/** Drops the figures of a newsletter, if the step can be taken: goes before it is dropped itself. */
export function deleteTallies(db: Database, { campaign, states, campaignVersion }: AtStep): Statement {
  const found = sql`select id from ${campaigns} where ${isAt(campaign, JSON.stringify(states), campaignVersion)}`;
  return db.delete(campaignTallies).where(sql`campaign_id in (${found})`);
}

/** Drops a newsletter, if the step can be taken. It has no recipients then. */
export function deleteCampaign(db: Database, { campaign, states, campaignVersion }: AtStep): Statement {
  return db.delete(campaigns).where(isAt(campaign, JSON.stringify(states), campaignVersion));
}

/** The place of the newest subscriber. */
export const LAST_SEQ = sql`(select coalesce(max(seq), 0) from ${subscribers})`;

/** Where a paused newsletter goes on: `next_at` is null until its recipients are written down. */
export const STATE_BEFORE = sql`case when next_at is null then 'freezing' else 'sending' end`;

/** Drops the recipients of newsletters that ended before `before`, at most `limit` of them; the tallies stay. */
export function sweepRecipients(db: Database, before: number, limit: number): Statement {
  const lapsed = sql`select r.rowid from ${campaignRecipients} r
    where r.campaign_id in (select id from ${campaigns} where finished_at < ${before}) limit ${limit}`;
  return db.delete(campaignRecipients).where(sql`rowid in (${lapsed})`);
}
