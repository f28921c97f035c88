import { and, asc, eq, gt, isNotNull, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { customers } from "../customers/tables.ts";
import type { Database } from "../platform/db.ts";
import { acknowledgements, type NOTICE_MAIL_STATES, noticeMails, noticeRuns, noticeShowings } from "./tables.ts";

export type NoticeMailState = (typeof NOTICE_MAIL_STATES)[number];

/** What one customer has been told of one version: by which channel, and when. */
export interface Evidence {
  date: string;
  number: string;
  mail: NoticeMailState;
  dueAt: number;
  sentAt: number | null;
  failedAt: number | null;
  reason: string | null;
  shownAt: number | null;
  acknowledgedAt: number | null;
}

const { customerNumber, date: dateOfMail, state } = noticeMails;
const columns = {
  date: dateOfMail,
  number: customerNumber,
  mail: state,
  dueAt: noticeMails.dueAt,
  sentAt: noticeMails.sentAt,
  failedAt: noticeMails.failedAt,
  reason: noticeMails.reason,
  shownAt: noticeShowings.at,
  acknowledgedAt: acknowledgements.at,
};

/** How many customers are to be told, at most: all who are not gone. Counted by indexes alone. */
export async function countOpenCustomers(db: Database): Promise<number> {
  const [all, closed] = await Promise.all([db.$count(customers), db.$count(customers, isNotNull(customers.closedAt))]);
  return all - closed;
}

export interface EvidenceCounts {
  /** Mails by state. */
  mails: Readonly<Record<NoticeMailState, number>>;
  /** Customers to whom a panel showed it, and who acknowledged it there. */
  shown: number;
  acknowledged: number;
  /** Customers whom the mail did not reach, and no panel either, by why: "due", "suppressed", or why it failed. */
  unreached: readonly { state: NoticeMailState; reason: string | null; count: number }[];
  /** Customers whom the mail did not reach and a panel did. */
  panelOnly: number;
}

const inPanel = (
  of: SQL,
) => sql`(exists (select 1 from ${noticeShowings} s where s.customer_number = ${of} and s.date = n.date)
  or exists (select 1 from ${acknowledgements} a where a.customer_number = ${of} and a.date = n.date))`;

/** Counts who was told of a version, by channel. */
export async function countEvidence(db: Database, date: string): Promise<EvidenceCounts> {
  const [byState, shown, acknowledged, others] = await Promise.all([
    db.select({ state, count: sql<number>`count(*)` }).from(noticeMails).where(eq(dateOfMail, date)).groupBy(state),
    db.$count(noticeShowings, eq(noticeShowings.date, date)),
    db.$count(acknowledgements, eq(acknowledgements.date, date)),
    db.all<{ state: NoticeMailState; reason: string | null; in_panel: number; count: number }>(sql`
      select n.state, n.reason, ${inPanel(sql`n.customer_number`)} as in_panel, count(*) as count
      from ${noticeMails} n where n.date = ${date} and n.state in ('due', 'failed', 'suppressed') group by 1, 2, 3`),
  ]);
  const count = (name: NoticeMailState) => byState.find((row) => row.state === name)?.count ?? 0;
  return {
    mails: { due: count("due"), sent: count("sent"), failed: count("failed"), suppressed: count("suppressed") },
    shown,
    acknowledged,
    unreached: others
      .filter((row) => row.in_panel === 0)
      .map(({ state, reason, count }) => ({ state, reason, count }))
      .sort((one, other) => other.count - one.count),
    panelOnly: others.filter((row) => row.in_panel === 1).reduce((sum, row) => sum + row.count, 0),
  };
}

export const EVIDENCE_FILTERS = [
  "all",
  "reached",
  "unreached",
  "sent",
  "due",
  "failed",
  "suppressed",
  "acknowledged",
] as const;
export type EvidenceFilter = (typeof EVIDENCE_FILTERS)[number];

export interface EvidencePage {
  rows: Evidence[];
  /** The customer number that the next page comes after; null when there is none. */
  next: string | null;
}

/** How many customers are looked at for one page of those whom no index finds: a million would take too long. */
const SCANNED = 5_000;

/** What a filter asks beyond the state of the mail. */
const conditions: Readonly<Partial<Record<EvidenceFilter, SQL>>> = {
  reached: sql`(${state} = 'sent' or ${noticeShowings.at} is not null or ${acknowledgements.at} is not null)`,
  unreached: sql`(+${state} <> 'sent' and ${noticeShowings.at} is null and ${acknowledgements.at} is null)`,
  acknowledged: sql`${acknowledgements.at} is not null`,
};

/**
 * A page of at most `limit` customers and what they have been told of a version, by number. A page may hold fewer, even none,
 * while there are more to come: `next` says so.
 */
export async function listEvidence(
  db: Database,
  date: string,
  filter: EvidenceFilter,
  after: string,
  limit: number,
): Promise<EvidencePage> {
  const condition = conditions[filter];
  const listed = and(
    eq(dateOfMail, date),
    gt(customerNumber, after),
    filter === "all" || condition ? undefined : eq(state, filter as NoticeMailState),
  );
  const edge = condition
    ? await db
        .select({ number: customerNumber })
        .from(noticeMails)
        .where(listed)
        .orderBy(asc(customerNumber))
        .limit(1)
        .offset(SCANNED - 1)
        .get()
    : undefined;
  const found = await withPanel(db)
    .where(and(listed, edge ? lte(customerNumber, edge.number) : undefined, condition))
    .orderBy(asc(customerNumber))
    .limit(limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.number ?? null) : (edge?.number ?? null) };
}

const withPanel = (db: Database) =>
  db
    .select(columns)
    .from(noticeMails)
    .leftJoin(
      noticeShowings,
      and(eq(noticeShowings.customerNumber, customerNumber), eq(noticeShowings.date, dateOfMail)),
    )
    .leftJoin(
      acknowledgements,
      and(eq(acknowledgements.customerNumber, customerNumber), eq(acknowledgements.date, dateOfMail)),
    );

/** What one customer has been told of a version; undefined when they were not to be told by mail yet. */
export async function findEvidence(db: Database, date: string, number: string): Promise<Evidence | undefined> {
  return withPanel(db)
    .where(and(eq(dateOfMail, date), eq(customerNumber, number)))
    .get();
}

/** What one customer has been told, by version and channel; a panel may have been first. */
export interface OwnEvidence extends Omit<Evidence, "mail" | "dueAt"> {
  /** Null for a version of which no mail was made for them. */
  mail: NoticeMailState | null;
  dueAt: number | null;
}

/** All that a customer has been told, the newest version first. Versions are few: no pages. */
export async function evidenceOf(db: Database, number: string): Promise<OwnEvidence[]> {
  return db.all<OwnEvidence>(sql`
    select v.date, ${number} as number, n.state as mail, n.due_at as dueAt, n.sent_at as sentAt, n.failed_at as failedAt,
      n.reason, s.at as shownAt, a.at as acknowledgedAt
    from (select date from ${noticeMails} where customer_number = ${number}
      union select date from ${noticeShowings} where customer_number = ${number}
      union select date from ${acknowledgements} where customer_number = ${number}) v
    left join ${noticeMails} n on n.date = v.date and n.customer_number = ${number}
    left join ${noticeShowings} s on s.customer_number = ${number} and s.date = v.date
    left join ${acknowledgements} a on a.customer_number = ${number} and a.date = v.date
    order by v.date desc`);
}

/** Runs that somebody should look at: paused, or with mails that failed. Of those that are done, only those done after `since`. */
export async function runsInTrouble(
  db: Database,
  since: number,
): Promise<{ date: string; isPaused: boolean; hasFailed: boolean }[]> {
  const hasFailed = sql<number>`exists (select 1 from ${noticeMails} n where n.date = ${noticeRuns.date} and n.state = 'failed')`;
  const rows = await db
    .select({ date: noticeRuns.date, state: noticeRuns.state, hasFailed })
    .from(noticeRuns)
    .where(or(ne(noticeRuns.state, "done"), gt(noticeRuns.finishedAt, since)))
    .orderBy(asc(noticeRuns.date));
  return rows
    .map(({ date, state, hasFailed }) => ({ date, isPaused: state === "paused", hasFailed: hasFailed === 1 }))
    .filter(({ isPaused, hasFailed }) => isPaused || hasFailed);
}
