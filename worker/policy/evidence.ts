import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { CSV_START, csvRow } from "../platform/csv.ts";
import { commit } from "../platform/db.ts";
import { createMemo } from "../platform/memo.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  countEvidence,
  countOpenCustomers,
  type Evidence,
  type EvidenceCounts,
  type EvidenceFilter,
  listEvidence,
} from "./evidence-store.ts";
import { findRun, type Run } from "./run-store.ts";

const MINUTE = 60_000;
/** To count reads all customers of a version: of so many, it is done once in a while. */
const MANY = 10_000;
const counted = createMemo<Map<string, EvidenceCounts & { customers: number }>>(20_000);
/** Customers that an export reads at a time, as many as one query looks at: D1 answers 1,000 queries of an invocation. */
const EXPORTED_AT_ONCE = 5_000;

/** How far telling everyone of a version is. */
export interface Progress extends EvidenceCounts {
  /** Null for a version of which nobody is mailed: a minor one, or one from before. */
  run: Run | null;
  /** Customers taken up, and all there are to be. */
  taken: number;
  customers: number;
  /** When the last mail is to go out, in milliseconds; null when nothing is under way. */
  endsAt: number | null;
}

/** How far telling everyone of a version is, and who was reached by which channel; of very many, some seconds ago. */
export async function progressOf(rt: Runtime, date: string): Promise<Progress> {
  const run = await findRun(rt.db, date);
  const taken = run?.taken ?? 0;
  const { customers, ...counts } = await (taken < MANY ? countAll(rt, date) : countAllSeldom(rt, date));
  const left = Math.max(0, customers - taken) + counts.mails.due;
  const isUnderWay = run?.state === "running" && left > 0;
  const endsAt = isUnderWay ? rt.now() + Math.ceil(left / rt.settings.NOTICE_RATE) * MINUTE : null;
  return { ...counts, run: run ?? null, taken, customers: Math.max(customers, taken), endsAt };
}

async function countAll(rt: Runtime, date: string) {
  const [counts, customers] = await Promise.all([countEvidence(rt.db, date), countOpenCustomers(rt.db)]);
  return { ...counts, customers };
}

async function countAllSeldom(rt: Runtime, date: string) {
  const kept = await counted.get(rt.bindings.DB, rt.now(), async () => new Map());
  const counts = kept.get(date) ?? (await countAll(rt, date));
  kept.set(date, counts);
  return counts;
}

/** How many customers a version has reached, by any channel. */
export const reachedBy = ({ mails, panelOnly }: EvidenceCounts): number => mails.sent + panelOnly;

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** A customer's evidence as programs and spreadsheets get it. */
export const evidenceJson = (row: Evidence) => ({
  customerNumber: row.number,
  mail: row.mail,
  dueAt: instant(row.dueAt),
  sentAt: instant(row.sentAt),
  failedAt: instant(row.failedAt),
  reason: row.reason,
  shownAt: instant(row.shownAt),
  acknowledgedAt: instant(row.acknowledgedAt),
});

const HEADING = [
  "policy_date",
  "customer_number",
  "mail",
  "due_at",
  "sent_at",
  "failed_at",
  "reason",
  "shown_in_panel_at",
  "acknowledged_at",
];

/** The evidence of a version as a CSV file, a page of customers at a time, however many there are. */
export async function* evidenceCsv(rt: Runtime, date: string, filter: EvidenceFilter): AsyncGenerator<string> {
  yield CSV_START + csvRow(HEADING);
  for (let after: string | null = ""; after !== null; ) {
    const page: Awaited<ReturnType<typeof listEvidence>> = await listEvidence(
      rt.db,
      date,
      filter,
      after,
      EXPORTED_AT_ONCE,
    );
    yield page.rows.map((row) => csvRow([date, ...Object.values(evidenceJson(row))])).join("");
    after = page.next;
  }
}

/** Enters in the ledger that somebody takes a version's evidence out of the house. */
export async function enterExport(rt: Runtime, actor: string, date: string): Promise<void> {
  const event = base64url(rt.random(12));
  const entry = await ledgerEntry(rt, "notice.exported", { event, subject: null, actor, body: { policyDate: date } });
  await commit(rt, [appendEntry(entry)]);
}
