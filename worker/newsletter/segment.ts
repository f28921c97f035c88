import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { toldFilter } from "./filter.ts";
import type { SegmentInput } from "./list-shapes.ts";
import {
  appendRemoved,
  appendSaved,
  deleteSegment,
  findSegment,
  insertSegment,
  NAMED,
  type Segment,
  segmentIsUsed,
  updateSegment,
} from "./segment-store.ts";

/** The segment of an id. Refuses not_found. */
export async function segmentOf(rt: Runtime, id: string): Promise<Segment> {
  const found = await findSegment(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

/** Keeps a filter under a name, and gives its id. Refuses invalid_input for a name that is taken. */
export async function createSegment(rt: Runtime, { name, filter }: SegmentInput, actor: string): Promise<string> {
  const id = base64url(rt.random(12));
  const now = rt.now();
  const entry = await savedEntry(rt, { segment: id, name, filter }, actor);
  const row = { id, name, filter, createdAt: now, createdBy: actor, changedAt: now };
  await commitNamed(rt, [appendEntry(entry), insertSegment(row)]);
  return id;
}

/** Changes a segment's name and filter. Refuses not_found, and invalid_input for a name that is taken. */
export async function saveSegment(
  rt: Runtime,
  id: string,
  { name, filter }: SegmentInput,
  actor: string,
): Promise<void> {
  const segment = { segment: id };
  const entry = await savedEntry(rt, { ...segment, name, filter }, actor);
  const change = { ...segment, name, filter: JSON.stringify(filter), changedAt: rt.now() };
  const [entered] = await commitNamed(rt, [appendSaved({ ...entry, ...segment }), updateSegment(change)]);
  if (!entered) throw new Refusal("not_found");
}

/** Removes a segment. Refuses not_found, and segment_in_use when a newsletter that is to go, or going, has it for its audience. */
export async function removeSegment(rt: Runtime, id: string, actor: string): Promise<void> {
  const segment = { segment: id };
  const told = { event: base64url(rt.random(12)), subject: null, actor, body: segment };
  const entry = await ledgerEntry(rt, "segment.removed", told);
  const [entered] = await commit(rt, [appendRemoved({ ...entry, ...segment }), deleteSegment(segment)]);
  if (!entered) throw new Refusal((await segmentIsUsed(rt.db, id)) ? "segment_in_use" : "not_found");
}

async function savedEntry(rt: Runtime, saved: SegmentInput & { segment: string }, actor: string) {
  const body = { ...saved, filter: await toldFilter(rt, saved.filter) };
  return ledgerEntry(rt, "segment.saved", { event: base64url(rt.random(12)), subject: null, actor, body });
}

async function commitNamed(rt: Runtime, statements: Statement[]): Promise<number[]> {
  try {
    return await commit(rt, statements);
  } catch (error) {
    if (!conflictOn(error, NAMED)) throw error;
    throw new Refusal("invalid_input", { errors: [{ path: "name", code: "taken" }] });
  }
}
