import { Buffer } from "node:buffer";
import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { type FileFault, type Format, readHead, Unreadable } from "../platform/csv-file.ts";
import { checkPart, columnFaults, faultsCsv, partsOf, withoutGap } from "../platform/csv-import.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { guessColumns } from "./import-row.ts";
import { judgeRows } from "./import-rows.ts";
import type { ImportWish, NewImport } from "./import-shapes.ts";
import {
  appendOfImport,
  beginImport,
  endImport,
  findImport,
  type Import,
  insertImport,
  listFaults,
  markReady,
  moveImport,
  putPart,
  readParts,
  receivedParts,
} from "./import-store.ts";
import type { ImportPlan } from "./tables.ts";

/** The import of that id. Refuses not_found. */
export async function importOf(rt: Runtime, id: string): Promise<Import> {
  const found = await findImport(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

/** Begins to take a file in. `by` is "staff:" or "key:" and an id. Gives the id of the import. */
export async function createImport(rt: Runtime, { fileName, size }: NewImport, by: string): Promise<string> {
  const id = base64url(rt.random(16));
  const none = { offset: 0, row: 1, added: 0, changed: 0, unchanged: 0, refused: 0, tries: 0 };
  await commit(rt, [
    insertImport({ id, state: "uploading", fileName, size, ...none, createdAt: rt.now(), createdBy: by }),
  ]);
  return id;
}

/**
 * Keeps a part of the file; the same part again is fine. Refuses not_found, invalid_input for a part that the file does
 * not have or that is of another size than its place asks, and import_not_ready once the import has begun.
 */
export async function receivePart(rt: Runtime, id: string, part: number, bytes: Uint8Array): Promise<void> {
  const found = await importOf(rt, id);
  checkPart(found, part, bytes);
  const [kept] = await commit(rt, [putPart(id, part, bytes), markReady(rt.db, id, partsOf(found))]);
  if (kept === 0) throw new Refusal("import_not_ready");
}

/** How many parts are there without a gap, from the first on. */
export async function receivedOf(rt: Runtime, { id, state, size }: Import): Promise<number> {
  if (state !== "uploading") return partsOf({ size });
  return withoutGap(await receivedParts(rt.db, id));
}

/** What is made of a file before it is imported: how it would be read, or why it cannot be. */
export type Reading = { plan: ImportPlan; rows: { row: number; cells: string[] }[] } | { fault: FileFault };

/** Reads the beginning of a file by what is wished and what is found. Refuses import_not_ready before it is all there. */
export async function readBeginning(rt: Runtime, found: Import, wish: ImportWish): Promise<Reading> {
  if (found.state !== "ready") throw new Refusal("import_not_ready");
  const bytes = Buffer.concat(await readParts(rt.db, found.id, 0));
  const { encoding, delimiter } = wish;
  const format: Partial<Format> = { ...(encoding ? { encoding } : {}), ...(delimiter ? { delimiter } : {}) };
  try {
    const { rows, ...head } = readHead(bytes, bytes.byteLength === found.size, format);
    const { kind, country, source, existing } = wish;
    const lang = wish.lang ?? rt.settings.LANGUAGE;
    const columns = wish.columns ?? guessColumns(head.headings);
    return { plan: { ...head, columns, kind, lang, country, source, existing }, rows };
  } catch (error) {
    if (error instanceof Unreadable) return { fault: error.code };
    throw error;
  }
}

/** The first rows of a file, judged as they would be when imported. */
export const judgeBeginning = (rt: Runtime, { id }: Import, reading: Exclude<Reading, { fault: FileFault }>) =>
  judgeRows(rt, id, reading.plan, reading.rows);

/**
 * Starts an import whose file is all there: it is read through to its end before its first row is stored. A file that cannot be read as wished ends as failed, but for one that another
 * encoding may help. Refuses import_not_ready, and invalid_input for that encoding and for columns that are not right.
 */
export async function startImport(rt: Runtime, id: string, wish: ImportWish, by: string): Promise<void> {
  const found = await importOf(rt, id);
  const reading = await readBeginning(rt, found, wish);
  if ("fault" in reading) {
    if (reading.fault !== "bad_encoding") return failImport(rt, found, reading.fault, found.row);
    throw new Refusal("invalid_input", { errors: [{ path: "encoding", code: "invalid" }] });
  }
  const { plan } = reading;
  const errors = columnFaults(plan, ["name", "email"]);
  if (errors.length > 0) throw new Refusal("invalid_input", { errors });
  const { state, offset } = found;
  const entry = await ledgerEntry(rt, "customers.import-started", {
    event: id,
    subject: null,
    actor: by,
    body: { import: id, source: plan.source },
  });
  const begun = await commit(rt, [
    appendOfImport({ ...entry, importId: id, importState: state, importOffset: offset }),
    beginImport(rt.db, id, { plan, ...plan.start, startedAt: rt.now() }),
  ]);
  if (begun.at(-1) === 0) throw new Refusal("import_not_ready");
  wake(rt, [{ kind: "import", id }]);
}

/** The states in which steps are done. */
const AT_WORK = ["checking", "running"] as const;

/**
 * Holds an import up, or lets it go on; one that had stored no row yet goes on with its file's check. Refuses not_found,
 * and import_not_ready when it is not where that can be done.
 */
export async function pauseImport(rt: Runtime, id: string, isPaused: boolean): Promise<void> {
  const { added, changed, unchanged, refused } = await importOf(rt, id);
  const next = added + changed + unchanged + refused === 0 ? "checking" : "running";
  const move = isPaused ? moveImport(rt.db, id, AT_WORK, "paused") : moveImport(rt.db, id, ["paused"], next);
  const [moved] = await commit(rt, [move]);
  if (moved === 0) throw new Refusal("import_not_ready");
  if (!isPaused) wake(rt, [{ kind: "import", id }]);
}

/** Ends an import for good; rows that were done stay. `by` as for `createImport`, or null for the house itself. Refuses as above. */
export async function cancelImport(rt: Runtime, id: string, by: string | null): Promise<void> {
  // Held up first: then no step can come between the counts and the end.
  await commit(rt, [moveImport(rt.db, id, AT_WORK, "paused")]);
  const found = await importOf(rt, id);
  if (!["uploading", "ready", "paused"].includes(found.state)) throw new Refusal("import_not_ready");
  if (!(await finish(rt, found, "cancelled", { by }))) throw new Refusal("import_not_ready");
}

/** Ends an import whose file cannot be read at a row. */
export async function failImport(rt: Runtime, found: Import, fault: FileFault, row: number): Promise<void> {
  await finish(rt, found, "failed", { fault, row });
}

/** Ends an import of which all rows are done. */
export async function completeImport(rt: Runtime, found: Import): Promise<void> {
  await finish(rt, found, "done");
}

/** Ends an import if it is still as it was seen; the ledger is told what came of one that had begun. Gives whether it ended. */
async function finish(
  rt: Runtime,
  found: Import,
  state: "done" | "failed" | "cancelled",
  {
    fault = null,
    row = found.row,
    by = found.createdBy,
  }: { fault?: FileFault | null; row?: number; by?: string | null } = {},
): Promise<boolean> {
  const { id, added, changed, unchanged, refused } = found;
  const entry = await ledgerEntry(rt, "customers.imported", {
    event: id,
    subject: null,
    ...(by === null ? {} : { actor: by }),
    body: { import: id, added, changed, unchanged, refused },
  });
  const seen = { importId: id, importState: found.state, importOffset: found.offset };
  const told = found.startedAt === null ? [] : [appendOfImport({ ...entry, ...seen })];
  const end = endImport(rt.db, found, { state, fault, row, finishedAt: rt.now() });
  const changes = await commit(rt, [...told, ...end]);
  return (changes[told.length] ?? 0) > 0;
}

/** The rows that an import refused, as a file to mend and send again (see faultsCsv). */
export const faultsFile = (
  rt: Runtime,
  { id, plan }: Import,
  heads: Parameters<typeof faultsCsv>[1],
  say: Parameters<typeof faultsCsv>[2],
): AsyncGenerator<string> => faultsCsv(plan, heads, say, (after, limit) => listFaults(rt.db, id, after, limit));
