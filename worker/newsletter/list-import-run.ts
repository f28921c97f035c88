import { Buffer } from "node:buffer";
import { ledgerEntry } from "../ledger/entry.ts";
import { addressHash } from "../mail/suppression.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { type FileFault, isBlank, PART, readPiece, Unreadable } from "../platform/csv-file.ts";
import { commit } from "../platform/db.ts";
import { wake } from "../platform/jobs.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { cancelListImport, completeListImport, failListImport } from "./list-import.ts";
import { askImported } from "./list-import-asking.ts";
import { isProven, type JudgedRow, judgeRows } from "./list-import-rows.ts";
import { type Newcomer, stepListImport, tryListImport } from "./list-import-rows-store.ts";
import {
  countFailure,
  findListImport,
  type ListImport,
  moveCheck,
  readParts,
  runningListImports,
  waitingListImports,
} from "./list-import-store.ts";
import type { ListImportPlan } from "./list-import-tables.ts";

/** Steps in one job: a queue's consumer has 30 s of CPU on Cloudflare, and a step takes a fraction of one. */
const STEPS = 8;
/** Rows that are judged and stored in one step, at most: each costs hashes. */
const ROWS = 2_000;
/** Characters of a step's rows, about: a batch has a hundred statements at most, and each takes so many. */
const CHARACTERS = 3_000_000;
/** Of a row, but for what the plan gives it. */
const OF_ROW = 1_500;
const DAY = 86_400_000;
/** Days that a file may wait to be started, or to go on, as personal data does not stay for nothing. */
const SENT = 2;
const PAUSED = 30;
/** How often a step is tried that fails, by cron once a minute. */
const TRIES = 5;

/** What holds an import up that somebody has to look at. */
export type ListImportFaultCode = FileFault | "step_failed";

/**
 * Goes some steps on with an import, and wakes the queue for the rest; at its end those it brought are asked to confirm. A
 * failure is logged and cron tries again, a few times: then the import is held up, and says so.
 */
export async function runListImport(rt: Runtime, id: string): Promise<void> {
  let found: ListImport | undefined;
  try {
    for (let steps = 0; steps < STEPS; steps++) {
      found = await findListImport(rt.db, id);
      if (!found || !(await step(rt, found))) return await askImported(rt);
    }
    wake(rt, [{ kind: "list-import", id }]);
  } catch (error) {
    logFailure("import", error, { import: id });
    if (!found) return;
    const failure = { most: TRIES, fault: "step_failed" satisfies ListImportFaultCode };
    // A database that is away counts nothing: that is no reason of the import's own.
    await commit(rt, [countFailure(rt.db, found, failure)]).catch(() => undefined);
  }
}

/**
 * The minute's part: wakes imports that run, in case their wake-up was lost, cancels those that wait in vain, and asks those
 * who came without proof.
 */
export async function continueListImports(rt: Runtime): Promise<void> {
  const ids = await runningListImports(rt.db);
  wake(
    rt,
    ids.map((id) => ({ kind: "list-import", id })),
  );
  for (const id of await waitingListImports(rt.db, rt.now() - SENT * DAY, rt.now() - PAUSED * DAY)) {
    await cancelListImport(rt, id, null).catch((error: unknown) => logFailure("import", error, { import: id }));
  }
  await askImported(rt);
}

/**
 * Checks, tries or stores the rows from where the import stands to the end of the next part. Gives whether there is more to
 * do here.
 */
async function step(rt: Runtime, found: ListImport): Promise<boolean> {
  const { id, state, plan, offset, row, size, startedAt } = found;
  if ((state !== "checking" && state !== "running") || plan === null) return false;
  const isTried = startedAt === null;
  if (offset >= size) {
    const next = isTried ? { state: "ready" as const, offset, row } : { state: "running" as const, ...plan.start };
    if (state === "checking") return didMove(await commit(rt, [moveCheck(rt.db, found, next)]));
    await completeListImport(rt, found);
    return false;
  }
  const part = Math.floor(offset / PART);
  const bytes = Buffer.concat(await readParts(rt.db, id, part)).subarray(offset - part * PART);
  const isChecked = state === "checking" && !isTried;
  try {
    const piece = readPiece(bytes, plan, offset + bytes.byteLength >= size, isChecked ? undefined : rowsAtOnce(plan));
    const next = { state, offset: offset + piece.bytes, row: row + piece.rows.length };
    if (isChecked) return didMove(await commit(rt, [moveCheck(rt.db, found, next)]));
    const rows = piece.rows.map((cells, index) => ({ row: row + index, cells })).filter(({ cells }) => !isBlank(cells));
    return didMove(await (isTried ? tryRows : keepRows)(rt, found, plan, rows, next));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    await failListImport(rt, found, error.code, row + error.records);
    return false;
  }
}

/** How many rows make a step: topics and internal topics of the plan stand with each, the topics in its entry, too. */
function rowsAtOnce({ topics, labels }: ListImportPlan): number {
  const ofPlan = 3 * JSON.stringify(topics).length + 2 * JSON.stringify(labels).length;
  return Math.min(ROWS, Math.floor(CHARACTERS / (OF_ROW + ofPlan)));
}

/** Whether the last statement of a batch changed something: if not, another worker was first. */
const didMove = (changes: readonly number[]): boolean => (changes.at(-1) ?? 0) > 0;

type Rows = Parameters<typeof judgeRows>[2];
type Next = Pick<ListImport, "state" | "offset" | "row">;

/** Counts what would come of rows. */
async function tryRows(rt: Runtime, found: ListImport, plan: ListImportPlan, rows: Rows, next: Next) {
  const { good, blocked, bad } = await judgeRows(rt, plan, rows);
  const unchanged = good.filter(({ outcome }) => outcome === "unchanged").length;
  const newcomers = good.length - unchanged;
  return commit(rt, tryListImport(found, { isProven: isProven(plan), newcomers, unchanged, blocked, bad, next }));
}

/** Stores what comes of rows. */
async function keepRows(rt: Runtime, found: ListImport, plan: ListImportPlan, rows: Rows, next: Next) {
  const { good, blocked, bad } = await judgeRows(rt, plan, rows);
  const { consent, source } = plan;
  const wording = await sha256(consent.text);
  const added = good.filter(({ outcome }) => outcome !== "unchanged");
  const newcomers = await Promise.all(added.map((one) => newcomerOf(rt, found, wording, one)));
  const labelled = good.flatMap(({ subscriber, labels }) =>
    subscriber !== null && labels.length > 0 ? [{ subscriber, labels }] : [],
  );
  const unchanged = good.length - added.length;
  return commit(
    rt,
    stepListImport(found, {
      ...{ isProven: isProven(plan), newcomers, labelled, unchanged, blocked, bad, source },
      ...{ wording, now: rt.now(), next },
    }),
  );
}

async function newcomerOf(rt: Runtime, found: ListImport, wording: string, row: JudgedRow): Promise<Newcomer> {
  const { email, name, lang, topics, labels, consentedAt, outcome } = row;
  const [signup, fresh] = [base64url(rt.random(16)), base64url(rt.random(16))];
  const subscriber = row.subscriber ?? fresh;
  const now = rt.now();
  // Who is to be asked has the days to confirm from now on, whenever it was that they consented before.
  const requestedAt = outcome === "active" ? (consentedAt ?? now) : now;
  const entry =
    outcome !== "active"
      ? null
      : await ledgerEntry(rt, "consent.given", {
          event: signup,
          subject: `subscriber:${subscriber}`,
          actor: found.createdBy,
          body: {
            // The words stand in the entry of the import's start, and once by their hash: they may be long.
            ...{
              email,
              topics,
              lang,
              wording: { sha256: wording },
              policyDate: null,
              surface: "import",
              pageOrigin: null,
            },
            ...{ method: "import", flags: [], import: found.id },
            requestedAt: new Date(requestedAt).toISOString(),
            confirmedAt: new Date(now).toISOString(),
          },
        });
  const hash = await addressHash(rt, email);
  return { subscriber, signup, email, hash, name, lang, topics, labels, requestedAt, entry };
}
