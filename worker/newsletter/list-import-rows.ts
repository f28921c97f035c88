import { everStopped } from "../mail/suppression.ts";
import type { RefusedRow } from "../platform/csv-import.ts";
import type { Runtime } from "../platform/runtime.ts";
import { type GoodRow, rowReader } from "./list-import-row.ts";
import { subscribersOf } from "./list-import-rows-store.ts";
import { labelNames } from "./list-import-store.ts";
import type { ListImportPlan } from "./list-import-tables.ts";

/** What comes of a row: they are subscribers at once, are asked first, or nothing changes but their labels. */
export type Outcome = "active" | "pending" | "unchanged";

/** A row of which something comes, and who has its address, if anybody. */
export interface JudgedRow extends GoodRow {
  outcome: Outcome;
  subscriber: string | null;
}

/** Rows of a file, judged. */
export interface Judged {
  good: JudgedRow[];
  /** Of those who left, or whom mail was stopped to: the import passes them over. */
  blocked: RefusedRow[];
  bad: RefusedRow[];
}

/** Why a row is passed over: the path says why, as the code can only say that the way is closed. */
const blockedFor = ({ row, cells }: GoodRow, why: string): RefusedRow => ({
  row,
  cells,
  errors: [{ path: `email.${why}`, code: "closed" }],
});

/** Judges rows of a file, some thousand at most: each by itself, then by who has the address and whom mail was stopped to. */
export async function judgeRows(
  rt: Runtime,
  plan: ListImportPlan,
  rows: readonly { row: number; cells: string[] }[],
): Promise<Judged> {
  const read = rowReader(rt, plan, await labelNames(rt.db));
  const judged: Judged = { good: [], blocked: [], bad: [] };
  const readable: GoodRow[] = [];
  for (const { row, cells } of rows) {
    const one = read(row, cells);
    if ("errors" in one) judged.bad.push(one);
    else readable.push(one);
  }
  const emails = [...new Set(readable.map(({ email }) => email))];
  const [known, stopped] = await Promise.all([subscribersOf(rt.db, emails), everStopped(rt, emails)]);
  const owners = new Map(known.map((one) => [one.email, one]));
  const met = new Set<string>();
  for (const one of readable) {
    const owner = owners.get(one.email);
    const isGone = owner !== undefined && owner.status !== "pending" && owner.status !== "active";
    const why = isGone ? owner.status : stopped.get(one.email)?.reason;
    // Who is active came back by themselves after they had left.
    if (why !== undefined && owner?.status !== "active") {
      judged.blocked.push(blockedFor(one, why));
      continue;
    }
    const isNew = !met.has(one.email) && (owner === undefined || (owner.status === "pending" && isProven(plan)));
    met.add(one.email);
    const outcome = isNew ? (isProven(plan) ? "active" : "pending") : "unchanged";
    judged.good.push({ ...one, outcome, subscriber: owner?.id ?? null });
  }
  return judged;
}

/** Whether a plan's evidence shows that each confirmed by a link in a mail. */
export const isProven = ({ consent }: ListImportPlan): boolean => consent.isDoubleOptIn && consent.evidence !== null;
