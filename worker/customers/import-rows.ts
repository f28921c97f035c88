import type { FieldCode } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { type BadRow, type GoodRow, maskedCells, rowReader } from "./import-row.ts";
import { doubtfulNumbers } from "./import-rows-store.ts";
import type { ImportPlan } from "./tables.ts";

/** Rows of a file, judged. */
export interface Judged {
  good: GoodRow[];
  bad: BadRow[];
}

/** Judges rows of a file: each by itself, then by the numbers that are taken, closed, or were never given out. */
export async function judgeRows(
  rt: Runtime,
  id: string,
  plan: ImportPlan,
  rows: readonly { row: number; cells: string[] }[],
): Promise<Judged> {
  const read = rowReader(rt.settings, plan);
  const good: GoodRow[] = [];
  const bad: BadRow[] = [];
  const cellsOf = new Map(rows.map(({ row, cells }) => [row, cells]));
  for (const { row, cells } of rows) {
    const one = read(row, cells);
    if ("errors" in one) bad.push(one);
    else good.push(one);
  }
  const codes = await codesOfNumbers(rt, id, good);
  const met = new Set<string>();
  const left: GoodRow[] = [];
  for (const one of good) {
    const { number, row } = one;
    const code = number === null ? undefined : (codes.get(number) ?? (met.has(number) ? "taken" : undefined));
    if (number !== null) met.add(number);
    if (code === undefined) left.push(one);
    else bad.push({ row, cells: maskedCells(cellsOf.get(row) ?? []), errors: [{ path: "number", code }] });
  }
  return { good: left, bad: bad.sort((a, b) => a.row - b.row) };
}

async function codesOfNumbers(rt: Runtime, id: string, good: readonly GoodRow[]): Promise<Map<string, FieldCode>> {
  const numbers = good.flatMap(({ number }) => (number === null ? [] : [number]));
  if (numbers.length === 0) return new Map();
  const found = await doubtfulNumbers(rt.db, { id, prefix: rt.settings.CUSTOMER_PREFIX, numbers });
  return new Map(
    found.map(({ number, isMet, isLoose }) => [number, isMet ? "taken" : isLoose ? "unknown_value" : "closed"]),
  );
}
