import { Buffer } from "node:buffer";
import { ledgerEntry } from "../ledger/entry.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { dayIn } from "../platform/calendar.ts";
import { type FileFault, type Format, readHead, Unreadable } from "../platform/csv-file.ts";
import { checkPart, columnFaults, faultsCsv, partsOf, withoutGap } from "../platform/csv-import.ts";
import { commit } from "../platform/db.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keepWording } from "./consent-store.ts";
import { stopAsking } from "./list-import-asking-store.ts";
import { guessColumns } from "./list-import-row.ts";
import { judgeRows } from "./list-import-rows.ts";
import type { ListImportWish, NewListImport, ReadingWish } from "./list-import-shapes.ts";
import {
  appendOfListImport,
  beginListImport,
  endListImport,
  findListImport,
  holdListImport,
  insertListImport,
  type ListImport,
  labelNames,
  listListFaults,
  markReady,
  putPart,
  readParts,
  receivedParts,
  resumeListImport,
} from "./list-import-store.ts";
import type { ConsentStatement, ListImportPlan } from "./list-import-tables.ts";
import { inOrder } from "./topics.ts";

/** The import of that id. Refuses not_found. */
export async function listImportOf(rt: Runtime, id: string): Promise<ListImport> {
  const found = await findListImport(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

/** Begins to take a file in. `by` is "staff:" or "key:" and an id. Gives the id of the import. */
export async function createListImport(rt: Runtime, { fileName, size }: NewListImport, by: string): Promise<string> {
  const id = base64url(rt.random(16));
  const none = { offset: 0, row: 1, active: 0, pending: 0, unchanged: 0, blocked: 0, refused: 0 };
  await commit(rt, [
    insertListImport({ id, state: "uploading", fileName, size, ...none, createdAt: rt.now(), createdBy: by }),
  ]);
  return id;
}

/**
 * Keeps a part of the file; the same part again is fine. Refuses not_found, invalid_input for a part that the file does
 * not have or that is of another size than its place asks, and import_not_ready once something was made of the file.
 */
export async function receiveListPart(rt: Runtime, id: string, part: number, bytes: Uint8Array): Promise<void> {
  const found = await listImportOf(rt, id);
  checkPart(found, part, bytes);
  const [kept] = await commit(rt, [putPart(id, part, bytes), markReady(rt.db, id, partsOf(found))]);
  if (kept === 0) throw new Refusal("import_not_ready");
}

/** How many parts are there without a gap, from the first on. */
export async function receivedOf(rt: Runtime, { id, state, size }: ListImport): Promise<number> {
  if (state !== "uploading") return partsOf({ size });
  return withoutGap(await receivedParts(rt.db, id));
}

/** A plan of which nobody has stated yet where the consent comes from. */
export type Draft = Omit<ListImportPlan, "consent">;

/** What is made of a file before it is imported: how it would be read, or why it cannot be. */
export type Reading = { draft: Draft; rows: { row: number; cells: string[] }[] } | { fault: FileFault };

/** Reads the beginning of a file by what is wished and what is found. Refuses import_not_ready before it is all there. */
export async function readBeginning(rt: Runtime, found: ListImport, wish: ReadingWish): Promise<Reading> {
  if (found.state !== "ready") throw new Refusal("import_not_ready");
  const bytes = Buffer.concat(await readParts(rt.db, found.id, 0));
  const { encoding, delimiter } = wish;
  const format: Partial<Format> = { ...(encoding ? { encoding } : {}), ...(delimiter ? { delimiter } : {}) };
  try {
    const { rows, ...head } = readHead(bytes, bytes.byteLength === found.size, format);
    const lang = wish.lang ?? rt.settings.LANGUAGE;
    const columns = wish.columns ?? guessColumns(head.headings);
    const topics = wish.topics ? inOrder(rt, wish.topics) : rt.settings.TOPICS.slice(0, 1);
    const labels = [...new Set(wish.labels)];
    return { draft: { ...head, columns, lang, topics, labels, source: wish.source }, rows };
  } catch (error) {
    if (error instanceof Unreadable) return { fault: error.code };
    throw error;
  }
}

const UNSTATED: ConsentStatement = { text: "", date: "", evidence: null, isDoubleOptIn: false };

/** The first rows of a file, judged as they would be when imported. */
export const judgeBeginning = (
  rt: Runtime,
  { draft, rows }: Exclude<Reading, { fault: FileFault }>,
  consent: ConsentStatement = UNSTATED,
) => judgeRows(rt, { ...draft, consent }, rows);

/** What is not right with a plan: its columns, topics and labels that there are not, and a statement that cannot be so. */
async function planFaults(rt: Runtime, plan: ListImportPlan): Promise<FieldError[]> {
  const { topics, labels, consent } = plan;
  const { TOPICS, TIME_ZONE } = rt.settings;
  const names = new Set(await labelNames(rt.db));
  const isWithout = topics.length === 0 && TOPICS.length > 0;
  const faults: (FieldError | false)[] = [
    isWithout && { path: "topics", code: "required" },
    topics.some((topic) => !TOPICS.includes(topic)) && { path: "topics", code: "unknown_value" },
    labels.some((label) => !names.has(label)) && { path: "labels", code: "unknown_value" },
    consent.date > dayIn(TIME_ZONE, rt.now()) && { path: "consent.date", code: "invalid" },
    consent.isDoubleOptIn && consent.evidence === null && { path: "consent.evidence", code: "required" },
  ];
  return [...columnFaults(plan, ["email"]), ...faults.filter((fault) => fault !== false)];
}

/** Whether an import is being tried, or has been: its counts are of what would be. */
export const isDryRun = ({ state, startedAt, offset, size }: ListImport): boolean =>
  startedAt === null && (state === "checking" || (state === "ready" && offset >= size));

/**
 * Goes through a file to its end and counts what would come of it; nothing but the rows that would be refused is stored.
 * Then it is ready again. Refuses as startListImport does.
 */
export const checkListImport = (rt: Runtime, id: string, wish: ListImportWish, by: string): Promise<void> =>
  begin(rt, id, wish, by, false);

/**
 * Starts an import whose file is all there: it is read through to its end before its first row is stored. `by` answers for
 * what the plan states of the consent. A file that cannot be read as wished ends as failed, but for one that another
 * encoding may help. Refuses import_not_ready, and invalid_input for that encoding and for what is not right in the plan.
 */
export const startListImport = (rt: Runtime, id: string, wish: ListImportWish, by: string): Promise<void> =>
  begin(rt, id, wish, by, true);

async function begin(rt: Runtime, id: string, wish: ListImportWish, by: string, isReal: boolean): Promise<void> {
  const found = await listImportOf(rt, id);
  const reading = await readBeginning(rt, found, wish);
  if ("fault" in reading) {
    if (reading.fault !== "bad_encoding") return failListImport(rt, found, reading.fault, found.row);
    throw new Refusal("invalid_input", { errors: [{ path: "encoding", code: "invalid" }] });
  }
  const { consent } = wish;
  const plan: ListImportPlan = { ...reading.draft, consent };
  const errors = await planFaults(rt, plan);
  if (errors.length > 0) throw new Refusal("invalid_input", { errors });
  const startedAt = isReal ? rt.now() : null;
  const begun = await commit(rt, [
    ...(isReal ? await tellStart(rt, found, plan, by) : []),
    ...beginListImport(rt.db, id, { plan, ...plan.start, startedAt, createdBy: by }),
  ]);
  if (begun.at(-1) === 0) throw new Refusal("import_not_ready");
  wake(rt, [{ kind: "list-import", id }]);
}

/** The words of consent are kept by their hash, and the ledger is told who states that they were given. */
async function tellStart(rt: Runtime, found: ListImport, { source, consent }: ListImportPlan, actor: string) {
  const { text, date, evidence, isDoubleOptIn } = consent;
  const entry = await ledgerEntry(rt, "subscribers.import-started", {
    event: found.id,
    subject: null,
    actor,
    body: { import: found.id, source, consent: { wording: text, date, evidence, isDoubleOptIn } },
  });
  return [
    appendOfListImport({ ...entry, importId: found.id, importState: found.state, importOffset: found.offset }),
    keepWording({ sha256: await sha256(text), text, firstAt: rt.now() }),
  ];
}

/**
 * Holds an import up, or lets it go on; one that had stored no row yet goes on with its file's check. A dry run that is held
 * up has ended. Refuses not_found, and import_not_ready when it is not where that can be done.
 */
export async function pauseListImport(rt: Runtime, id: string, isPaused: boolean): Promise<void> {
  const { active, pending, unchanged, blocked, refused } = await listImportOf(rt, id);
  const next = active + pending + unchanged + blocked + refused === 0 ? "checking" : "running";
  const [moved] = await commit(rt, [isPaused ? holdListImport(rt.db, id) : resumeListImport(rt.db, id, next)]);
  if (moved === 0) throw new Refusal("import_not_ready");
  if (!isPaused) wake(rt, [{ kind: "list-import", id }]);
}

/**
 * Ends an import for good; rows that were done stay, but nobody more is asked to confirm: not of one that is done either.
 * `by` as for `createListImport`, or null for the house itself. Refuses as above.
 */
export async function cancelListImport(rt: Runtime, id: string, by: string | null): Promise<void> {
  // Held up first: then no step can come between the counts and the end.
  await commit(rt, [holdListImport(rt.db, id)]);
  const found = await listImportOf(rt, id);
  if (found.state === "done" && found.nextAskAt !== null) {
    await commit(rt, [stopAsking(rt.db, id)]);
    return;
  }
  if (!["uploading", "ready", "paused"].includes(found.state)) throw new Refusal("import_not_ready");
  if (!(await finish(rt, found, "cancelled", { by }))) throw new Refusal("import_not_ready");
}

/** Ends an import whose file cannot be read at a row. */
export async function failListImport(rt: Runtime, found: ListImport, fault: FileFault, row: number): Promise<void> {
  await finish(rt, found, "failed", { fault, row });
}

/** Ends an import of which all rows are done. */
export async function completeListImport(rt: Runtime, found: ListImport): Promise<void> {
  await finish(rt, found, "done");
}

/** Ends an import if it is still as it was seen; the ledger is told what came of one that had begun. Gives whether it ended. */
async function finish(
  rt: Runtime,
  found: ListImport,
  state: "done" | "failed" | "cancelled",
  {
    fault = null,
    row = found.row,
    by = found.createdBy,
  }: { fault?: FileFault | null; row?: number; by?: string | null } = {},
): Promise<boolean> {
  const { id, active, pending, unchanged, blocked, refused } = found;
  const entry = await ledgerEntry(rt, "subscribers.imported", {
    event: id,
    subject: null,
    ...(by === null ? {} : { actor: by }),
    body: { import: id, active, pending, unchanged, blocked, refused },
  });
  const seen = { importId: id, importState: found.state, importOffset: found.offset };
  const told = found.startedAt === null ? [] : [appendOfListImport({ ...entry, ...seen })];
  const end = endListImport(rt.db, found, { state, fault, row, finishedAt: rt.now() });
  const changes = await commit(rt, [...told, ...end]);
  return (changes[told.length] ?? 0) > 0;
}

/** The rows that an import refused or passed over, as a file to mend and send again (see faultsCsv). */
export const faultsFile = (
  rt: Runtime,
  { id, plan }: ListImport,
  heads: Parameters<typeof faultsCsv>[1],
  say: Parameters<typeof faultsCsv>[2],
): AsyncGenerator<string> => faultsCsv(plan, heads, say, (after, limit) => listListFaults(rt.db, id, after, limit));
