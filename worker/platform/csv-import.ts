import { CSV_START, csvRow } from "./csv.ts";
import { type FilePlan, PART } from "./csv-file.ts";
import { type FieldError, Refusal } from "./errors.ts";

/** How many parts a file is sent in. */
export const partsOf = ({ size }: { size: number }): number => Math.ceil(size / PART);

/** Refuses invalid_input for a part that a file of `size` bytes does not have, or that is of another size than its place asks. */
export function checkPart(file: { size: number }, part: number, bytes: Uint8Array): void {
  const last = partsOf(file) - 1;
  const size = part < last ? PART : file.size - last * PART;
  if (part <= last && bytes.byteLength === size) return;
  throw new Refusal("invalid_input", { errors: [{ path: "part", code: "invalid" }] });
}

/** How many parts are there without a gap, from the first on; `parts` are their numbers, in order. */
export function withoutGap(parts: readonly number[]): number {
  const gap = parts.findIndex((part, index) => part !== index);
  return gap < 0 ? parts.length : gap;
}

/** What is not right with the columns of a plan: fields it cannot do without, and columns that the file does not have. */
export function columnFaults({ columns, headings }: FilePlan, needed: readonly string[]): FieldError[] {
  const missing = needed.filter((field) => columns[field] === undefined);
  const unknown = Object.entries(columns).filter(([, name]) => !headings.includes(name));
  return [
    ...missing.map((field): FieldError => ({ path: `columns.${field}`, code: "required" })),
    ...unknown.map(([field]): FieldError => ({ path: `columns.${field}`, code: "unknown_value" })),
  ];
}

/** What is wrong with a row as a whole: a delimiter within a text, or a line break, makes the cells after it stand under the wrong heading. */
export function widthFault({ headings }: FilePlan, cells: readonly string[]): FieldError | null {
  if (cells.slice(headings.length).some((cell) => cell.trim() !== "")) return { path: "row", code: "too_long" };
  return cells.length < headings.length ? { path: "row", code: "required" } : null;
}

/** A row that was refused, as it stands in the file, and why. */
export interface RefusedRow {
  row: number;
  cells: readonly string[];
  errors: readonly FieldError[];
}

/** Refused rows that are read and written at once. */
const PAGE = 500;

/**
 * The rows that an import refused, as a file to mend and send again: the columns of the file, then the number of the row
 * and what is wrong with it. `heads` names those two; `say` puts faults in words; `list` gives rows from the one after a row on.
 */
export async function* faultsCsv(
  plan: Pick<FilePlan, "headings" | "delimiter"> | null,
  heads: readonly [row: string, fault: string],
  say: (faults: readonly FieldError[]) => string,
  list: (after: number, limit: number) => Promise<readonly RefusedRow[]>,
): AsyncGenerator<string> {
  const { headings = [], delimiter } = plan ?? {};
  const width = headings.length;
  yield CSV_START + csvRow([...headings, ...heads], delimiter);
  for (let after = 0; ; ) {
    const faults = await list(after, PAGE);
    yield faults
      .map(({ row, cells, errors }) => {
        const filled = [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill("")];
        return csvRow([...filled, row, say(errors)], delimiter);
      })
      .join("");
    const last = faults.at(-1);
    if (last === undefined || faults.length < PAGE) return;
    after = last.row;
  }
}
