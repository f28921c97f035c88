import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { beginAction, newAction, wakeAction } from "./action.ts";
import { appendRemoved, deleteLabel, findLabel, insertLabel, NAMED } from "./label-store.ts";

const told = (rt: Runtime, label: string, actor: string) => ({
  event: base64url(rt.random(12)),
  subject: null,
  actor,
  body: { label },
});

/** Adds an internal topic. Refuses invalid_input when there is one of that name. */
export async function addLabel(rt: Runtime, name: string, actor: string): Promise<void> {
  const entry = await ledgerEntry(rt, "label.added", told(rt, name, actor));
  const row = { name, createdAt: rt.now(), createdBy: actor };
  try {
    await commit(rt, [appendEntry(entry), insertLabel(row)]);
  } catch (error) {
    if (!conflictOn(error, NAMED)) throw error;
    throw new Refusal("invalid_input", { errors: [{ path: "name", code: "taken" }] });
  }
}

/**
 * Removes an internal topic; it also leaves the subscribers who have it, by an action whose id is given. Refuses not_found.
 */
export async function removeLabel(rt: Runtime, name: string, actor: string): Promise<string> {
  const entry = await ledgerEntry(rt, "label.removed", told(rt, name, actor));
  const action = await newAction(rt, { kind: "remove-label", argument: name, filter: { labels: [name] } }, actor);
  if (!(await findLabel(rt.db, name))) throw new Refusal("not_found");
  const label = { label: name };
  await commit(rt, [appendRemoved({ ...entry, ...label }), deleteLabel(label), ...beginAction(action)]);
  wakeAction(rt, action.row.id);
  return action.row.id;
}
