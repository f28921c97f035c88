import { ledgerEntry } from "../ledger/entry.ts";
import type { LedgerRow } from "../ledger/store.ts";
import { suppressionsOf } from "../mail/suppression.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { wake, wakeLater } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import {
  appendPage,
  appendSettled,
  appendTurned,
  countWaiting,
  customersAfter,
  endRun,
  findRun,
  insertNoticeMails,
  insertPage,
  moveRun,
  type Outcome,
  outcomesAfter,
  putOffRun,
  type Recipient,
  type Run,
  runsSince,
  settleMails,
  turnRun,
  type Unsettled,
} from "./run-store.ts";
import { today, versionOn } from "./version.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** The template of the mail; see mails.ts. */
export const NOTICE_MAIL = "policy.notice";
/** Customers in one batch, at most. */
export const PAGE = 200;
/** Pages in one step: a step is one turn of the queue, or part of a round. */
const PAGES_AT_ONCE = 25;
/** A page is made no sooner than this before it is due: by cron alone a run keeps its rate, and it can be paused. */
const AHEAD = MINUTE;
/** When so many minutes' worth of mails wait, or so many mails, no more are made: other mail waits behind them. */
const WAITING_MINUTES = 5;
const WAITING_MOST = 10_000;
/** How long until it is looked at again whether they have gone. */
const BREATH = 10_000;
/** Mails whose outcome is written down in one batch, and batches in one step. */
const SETTLED_AT_ONCE = 500;
const SETTLINGS = 40;
/** How long the outbox keeps a mail (worker/cron.ts): until then its outcome can still change. */
export const MAIL_KEPT = 90 * DAY;

/**
 * Takes a run some pages of customers further, as far as its rate allows. Only who moves the run wakes the queue for what
 * comes next, so that wake-ups do not multiply; cron picks up where they broke off.
 */
export async function advanceRun(rt: Runtime, date: string): Promise<void> {
  await writeOutcomes(rt, date);
  for (let pages = 0; pages < PAGES_AT_ONCE; pages++) {
    const run = await findRun(rt.db, date);
    if (run?.state !== "running" || run.nextAt > rt.now() + AHEAD) return;
    // No more than the rate is due in one minute, and no more wait than pauseRun says.
    const rate = rt.settings.NOTICE_RATE;
    const size = Math.min(PAGE, rate);
    const most = Math.min(WAITING_MINUTES * rate, WAITING_MOST) - size;
    if ((await countWaiting(rt.db, date, most + 1)) > most) return putOff(rt, run);
    const page = await customersAfter(rt.db, run.cursor, size);
    if (page.length === 0) return endWhenInForce(rt, run);
    const nextAt = await takePage(rt, run, page);
    if (nextAt === null) return;
    const pause = nextAt - AHEAD - rt.now();
    if (pause > 0 || pages === PAGES_AT_ONCE - 1) return wakeRun(rt, date, pause);
  }
}

const wakeRun = (rt: Runtime, date: string, pause: number): void =>
  wakeLater(rt, [{ kind: "notice", id: date }], Math.max(0, Math.ceil(pause / 1000)));

/** A run that is put off already, or ahead of its time, is left to who did that, or to cron. */
async function putOff(rt: Runtime, { date, cursor, nextAt: was }: Run): Promise<void> {
  if (was > rt.now()) return;
  const nextAt = rt.now() + BREATH;
  const [changed] = await commit(rt, [putOffRun({ date, cursor, was, nextAt })]);
  if (changed === 1) wakeRun(rt, date, BREATH);
}

/** Until the version is in force, those who join are told of it, too. */
async function endWhenInForce(rt: Runtime, { date, cursor }: Run): Promise<void> {
  const { effective } = await versionOn(rt, date);
  if (effective <= today(rt)) await commit(rt, [endRun({ date, cursor, finishedAt: rt.now() })]);
}

/** Tells a page of customers, in one batch. Gives when the next is due; null when another worker took the page. */
async function takePage(rt: Runtime, run: Run, page: readonly Recipient[]): Promise<number | null> {
  const { date, cursor } = run;
  const dueAt = Math.max(run.nextAt, rt.now());
  const nextAt = dueAt + Math.ceil((page.length * MINUTE) / rt.settings.NOTICE_RATE);
  const suppressed = await suppressionsOf(
    rt,
    page.map(({ email }) => email),
    "notice",
  );
  const told = await Promise.all(
    page.map(async ({ number, email, lang }) => {
      const reason = suppressed.get(email)?.reason ?? null;
      const mail = reason === null ? await mailIdOf(rt, date, number) : null;
      return { number, email, lang, mail, reason, state: mail === null ? "suppressed" : "due" };
    }),
  );
  const entries = await Promise.all(told.map((one) => entryOf(rt, date, one)));
  const mails = told.flatMap(({ mail, email, lang }) => (mail === null ? [] : [{ id: mail, recipient: email, lang }]));
  const changes = await commit(rt, [
    appendPage({ date, cursor, entries: JSON.stringify(entries) }),
    insertPage({
      ...{ date, cursor, mails: JSON.stringify(mails), template: NOTICE_MAIL, dueAt, createdAt: rt.now() },
      lane: "bulk",
      params: JSON.stringify({ date }),
    }),
    insertNoticeMails({
      ...{ date, cursor, dueAt },
      told: JSON.stringify(told.map(({ number, mail, state, reason }) => ({ number, mail, state, reason }))),
    }),
    moveRun({ date, cursor, last: page.at(-1)?.seq ?? cursor, count: page.length, nextAt }),
  ]);
  if (changes.at(-1) === 0) return null;
  const jobs = mails.map(({ id }) => ({ kind: "bulk-mail" as const, id }));
  const pause = dueAt - rt.now();
  if (pause > 0) wakeLater(rt, jobs, Math.ceil(pause / 1000));
  else wake(rt, jobs);
  return nextAt;
}

/** The id of a customer's mail, and with it the Message-ID: the same however often it is made. */
const mailIdOf = async (rt: Runtime, date: string, number: string): Promise<string> =>
  (await keyed(rt, "notice-mail", `${date}:${number}`)).slice(0, 22);

interface Told {
  number: string;
  mail: string | null;
  reason: string | null;
}

function entryOf(rt: Runtime, date: string, { number, mail, reason }: Told): Promise<LedgerRow> {
  const about = aboutNotice(date, number);
  const facts = { customerNumber: number, policyDate: date, channel: "mail" } as const;
  return mail === null
    ? ledgerEntry(rt, "notice.suppressed", { ...about, body: { ...facts, reason: reason ?? "" } })
    : ledgerEntry(rt, "notice.due", { ...about, body: { ...facts, mail } });
}

const aboutNotice = (date: string, number: string) => ({
  event: `${date}:${number}`,
  subject: `customer:${number}`,
});

/**
 * Writes down what became of the mails about a version: sent, given up, or stopped as they were about to go, and why. A
 * mail that was given up and then tried again counts as sent once it is. Two workers at once write it down once.
 */
export async function writeOutcomes(rt: Runtime, date: string): Promise<void> {
  for (const was of ["due", "failed"] as const) {
    let after = "";
    for (let batch = 0; batch < SETTLINGS; batch++) {
      const found = await outcomesAfter(rt.db, date, was, after, SETTLED_AT_ONCE);
      if (found.length > 0) await settle(rt, date, was, found);
      if (found.length < SETTLED_AT_ONCE) break;
      after = found.at(-1)?.number ?? "";
    }
  }
}

async function settle(rt: Runtime, date: string, was: Unsettled, found: readonly Outcome[]): Promise<void> {
  const now = rt.now();
  const settled = found.map(({ number, state, sentAt, lastError }) => {
    const reason = lastError ?? "unknown";
    if (state === "sent") return { number, state, sentAt: sentAt ?? now, failedAt: null, reason: null };
    if (state === "dropped") return { number, state: "suppressed" as const, sentAt: null, failedAt: null, reason };
    return { number, state: "failed" as const, sentAt: null, failedAt: now, reason };
  });
  const entries = await Promise.all(
    found.map(async (outcome) => ({ ...(await outcomeEntry(rt, date, outcome)), number: outcome.number })),
  );
  const where = { date, was };
  await commit(rt, [appendSettled({ ...where, entries: JSON.stringify(entries) }), settleMails(where, settled)]);
}

function outcomeEntry(
  rt: Runtime,
  date: string,
  { number, mail, state, sentAt, lastError }: Outcome,
): Promise<LedgerRow> {
  const reason = lastError ?? "unknown";
  if (state === "dropped") return entryOf(rt, date, { number, mail: null, reason });
  const about = aboutNotice(date, number);
  const facts = { customerNumber: number, policyDate: date, channel: "mail", mail } as const;
  return state === "sent"
    ? ledgerEntry(rt, "notice.sent", {
        ...about,
        body: { ...facts, sentAt: new Date(sentAt ?? rt.now()).toISOString() },
      })
    : ledgerEntry(rt, "notice.failed", { ...about, body: { ...facts, reason } });
}

/** The minute's part in telling: takes every open run further, and writes down what became of the mails of the others. */
export async function continueRuns(rt: Runtime): Promise<void> {
  for (const { date, state } of await runsSince(rt.db, rt.now() - MAIL_KEPT)) {
    await (state === "running" ? advanceRun(rt, date) : writeOutcomes(rt, date));
  }
}

/**
 * Pauses a run: no more mails are made. Those that are made still go out: what is due within the minute and, when mail does
 * not flow, at most what goes out in five minutes. `by` is the ledger's actor. Gives false, and changes nothing, when it is
 * not running.
 */
export const pauseRun = (rt: Runtime, by: string, date: string): Promise<boolean> =>
  turn(rt, "notice.paused", by, { date, was: "running", state: "paused" });

/** Lets a paused run go on. Gives false, and changes nothing, when it is not paused. */
export async function resumeRun(rt: Runtime, by: string, date: string): Promise<boolean> {
  const isResumed = await turn(rt, "notice.resumed", by, { date, was: "paused", state: "running" });
  if (isResumed) wake(rt, [{ kind: "notice", id: date }]);
  return isResumed;
}

async function turn(
  rt: Runtime,
  kind: "notice.paused" | "notice.resumed",
  actor: string,
  change: Parameters<typeof turnRun>[0],
): Promise<boolean> {
  const event = base64url(rt.random(12));
  const entry = await ledgerEntry(rt, kind, { event, subject: null, actor, body: { policyDate: change.date } });
  const changes = await commit(rt, [appendTurned({ ...entry, ...change }), turnRun(change)]);
  return changes.at(-1) === 1;
}
