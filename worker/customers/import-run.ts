import { Buffer } from "node:buffer";
import { type FileFault, isBlank, PART, readPiece, Unreadable } from "../platform/csv-file.ts";
import { commit, conflictOn } from "../platform/db.ts";
import { wake } from "../platform/jobs.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { cancelImport, completeImport, failImport } from "./import.ts";
import type { GoodRow } from "./import-row.ts";
import { judgeRows } from "./import-rows.ts";
import { type CustomerCells, type CustomerColumn, stepImport } from "./import-rows-store.ts";
import {
  countFailure,
  findImport,
  type Import,
  moveCheck,
  readParts,
  runningImports,
  waitingImports,
} from "./import-store.ts";
import { reserveNumbers } from "./number.ts";
import type { ImportPlan } from "./tables.ts";

/** Steps in one job: a queue's consumer has 30 s of CPU on Cloudflare, and a step takes a fraction of one. */
const STEPS = 8;
const DAY = 86_400_000;
/** Days that a file may wait to be started, or to go on, as personal data does not stay for nothing. */
const SENT = 2;
const PAUSED = 30;
/** How often a step is tried that fails, by cron once a minute. */
const TRIES = 5;

/** What holds an import up that somebody has to look at. */
export type ImportFault = FileFault | "step_failed";

/**
 * Goes some steps on with an import, and wakes the queue for the rest. A failure is logged and cron tries again, a few
 * times: then the import is held up, and says so.
 */
export async function runImport(rt: Runtime, id: string): Promise<void> {
  let found: Import | undefined;
  try {
    for (let steps = 0; steps < STEPS; steps++) {
      found = await findImport(rt.db, id);
      if (!found || !(await step(rt, found))) return;
    }
    wake(rt, [{ kind: "import", id }]);
  } catch (error) {
    logFailure("import", error, { import: id });
    if (!found) return;
    const failure = { most: TRIES, fault: "step_failed" satisfies ImportFault };
    // A database that is away counts nothing: that is no reason of the import's own.
    await commit(rt, [countFailure(rt.db, found, failure)]).catch(() => undefined);
  }
}

/** Wakes imports that run, in case their wake-up was lost, and cancels those that wait in vain. */
export async function continueImports(rt: Runtime): Promise<void> {
  const ids = await runningImports(rt.db);
  wake(
    rt,
    ids.map((id) => ({ kind: "import", id })),
  );
  for (const id of await waitingImports(rt.db, rt.now() - SENT * DAY, rt.now() - PAUSED * DAY)) {
    await cancelImport(rt, id, null).catch((error: unknown) => logFailure("import", error, { import: id }));
  }
}

/**
 * Checks or stores the rows from where the import stands to the end of the next part. Gives whether there is more to do
 * here.
 */
async function step(rt: Runtime, found: Import): Promise<boolean> {
  const { id, state, plan, offset, row, size } = found;
  if ((state !== "checking" && state !== "running") || plan === null) return false;
  const move = async (next: Parameters<typeof moveCheck>[2]) =>
    ((await commit(rt, [moveCheck(rt.db, found, next)]))[0] ?? 0) > 0;
  if (offset >= size) {
    if (state === "checking") return move({ state: "running", ...plan.start });
    await completeImport(rt, found);
    return false;
  }
  const part = Math.floor(offset / PART);
  const bytes = Buffer.concat(await readParts(rt.db, id, part)).subarray(offset - part * PART);
  try {
    const piece = readPiece(bytes, plan, offset + bytes.byteLength >= size);
    if (state === "checking") return await move({ state, offset: offset + piece.bytes, row: row + piece.rows.length });
    return await keepRows(rt, found, plan, piece);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    await failImport(rt, found, error.code, row + error.records);
    return false;
  }
}

/** Keeps the rows of a piece; false when another worker was first. */
async function keepRows(
  rt: Runtime,
  found: Import,
  plan: ImportPlan,
  { rows, bytes }: { rows: string[][]; bytes: number },
): Promise<boolean> {
  const numbered = rows
    .map((cells, index) => ({ row: found.row + index, cells }))
    .filter(({ cells }) => !isBlank(cells));
  const { good, bad } = await judgeRows(rt, found.id, plan, numbered);
  const missing = good.filter(({ number }) => number === null).length;
  const fresh = missing > 0 ? await reserveNumbers(rt, missing) : [];
  const statements = stepImport(found, {
    good: good.map((one) => cellsOf(one, one.number ?? fresh.shift() ?? "")),
    bad,
    updates: plan.existing === "update" ? updatesOf(plan) : [],
    defaults: { kind: plan.kind, lang: plan.lang },
    source: plan.source,
    now: rt.now(),
    next: { offset: found.offset + bytes, row: found.row + rows.length },
  });
  try {
    return ((await commit(rt, statements)).at(-1) ?? 0) > 0;
  } catch (error) {
    // Somebody was deleted since the numbers were looked up: the next look sees it.
    if (conflictOn(error, "number_retired")) return true;
    throw error;
  }
}

function cellsOf({ customer, says }: GoodRow, number: string): CustomerCells {
  const { kind, name, organisation, email, phone, address, billingAddress, paymentReference, ip } = customer;
  const json = (value: object | null) => value && JSON.stringify(value);
  return {
    number,
    kind: says.kind ? kind : null,
    name,
    organisation,
    email,
    lang: says.lang ? (customer.lang ?? null) : null,
    phone,
    address: json(address),
    billing_address: json(billingAddress),
    payment_reference: paymentReference,
    ip,
  };
}

/** Field of a file → column of a customer, where the two have other names. */
const COLUMNS: Readonly<Record<string, CustomerColumn>> = {
  kind: "kind",
  name: "name",
  organisation: "organisation",
  email: "email",
  lang: "lang",
  phone: "phone",
  address: "address",
  billingAddress: "billing_address",
  paymentReference: "payment_reference",
  ip: "ip",
};

/** What the file says something of: what it does not mention stays as it is. */
function updatesOf({ columns }: ImportPlan): CustomerColumn[] {
  const fields = Object.keys(columns).map((field) => COLUMNS[field.split(".")[0] ?? ""]);
  return [...new Set(fields.filter((column) => column !== undefined))];
}
