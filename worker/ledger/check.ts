import { base64url } from "../platform/bytes.ts";
import { commit, type Database, type Statement } from "../platform/db.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { ledgerEntry } from "./entry.ts";
import { FULL, keptHead } from "./seal.ts";
import { advanceCheck, appendCheckAsked, type Check, checkUnderWay, insertCheck, lastCheck } from "./store.ts";
import { settle } from "./verify.ts";
import { type Stride, type Walk, walkHeads, walkSeals, walkWaiting } from "./walk.ts";

const DAY = 86_400_000;
/** What one round verifies at most: as many entries as a full seal holds (see FULL), or some small ones. */
const A_ROUND: Stride = { seals: 64, entries: FULL };
/** A run that has found so many faults ends there: `npm run ledger:verify` tells the rest. */
export const MOST_FAULTS = 100;

/** The run under way and the one that finished last. */
export interface Checks {
  underWay: Check | undefined;
  last: Check | undefined;
}

export async function checksOf(db: Database): Promise<Checks> {
  const [underWay, last] = await Promise.all([checkUnderWay(db), lastCheck(db)]);
  return { underWay, last };
}

/** Starts a run when committed, unless one is under way. `askedBy` is the staff member who asks; null for cron. */
function startCheck(rt: Runtime, askedBy: string | null): Statement {
  return insertCheck({ startedAt: rt.now(), askedBy, sealNumber: 0, entries: 0, faults: [] });
}

/** Starts a run that a member of staff asks for; one under way is left to go on. */
export async function askCheck(rt: Runtime, memberId: string): Promise<void> {
  const entry = await ledgerEntry(rt, "ledger.check-asked", {
    event: base64url(rt.random(12)),
    subject: null,
    actor: `staff:${memberId}`,
    body: {},
  });
  await commit(rt, [appendCheckAsked(entry), startCheck(rt, memberId)]);
}

/** Takes the run under way a step further, or starts one when the last finished a day ago. */
export async function continueCheck(rt: Runtime): Promise<void> {
  const run = (await checkUnderWay(rt.db)) ?? (await startDaily(rt));
  if (!run) return;
  let walk: Walk = run;
  for (let stride = 0; stride < rt.settings.LEDGER_STRIDES; stride++) {
    const next = await walkSeals(rt.db, walk, A_ROUND);
    if (!next) return finish(rt, run, await walkRest(rt, walk));
    walk = next;
    if (walk.faults.length >= MOST_FAULTS) return finish(rt, run, walk);
  }
  await save(rt, run, walk);
}

async function startDaily(rt: Runtime): Promise<Check | undefined> {
  const last = await lastCheck(rt.db);
  if (last?.finishedAt && rt.now() - last.finishedAt < DAY) return undefined;
  await commit(rt, [startCheck(rt, null)]);
  return checkUnderWay(rt.db);
}

/** What waits to be sealed, as far as a round goes, and the head that is kept outside the database. */
async function walkRest(rt: Runtime, walk: Walk): Promise<Walk> {
  const waiting = await walkWaiting(rt.db, walk, A_ROUND, A_ROUND.entries);
  const kept = await keptHead(rt);
  return kept ? walkHeads(rt.db, waiting, [kept]) : waiting;
}

async function save(rt: Runtime, run: Check, { sealNumber, entries, faults }: Walk): Promise<void> {
  await commit(rt, [advanceCheck(rt.db, run.id, { sealNumber, entries, faults, finishedAt: null })]);
}

async function finish(rt: Runtime, run: Check, { sealNumber, entries, faults }: Walk): Promise<void> {
  const isCut = faults.length >= MOST_FAULTS;
  const found = isCut ? faults.slice(0, MOST_FAULTS) : settle(faults);
  await commit(rt, [advanceCheck(rt.db, run.id, { sealNumber, entries, faults: found, finishedAt: rt.now() })]);
  if (found.length > 0) logFailure("ledger", new Error("The ledger does not verify"), { faults: found.length });
}
