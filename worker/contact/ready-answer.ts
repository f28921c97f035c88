import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  appendAnswerEdit,
  deleteReadyAnswer,
  findReadyAnswer,
  insertReadyAnswer,
  NAMED,
  type ReadyAnswer,
  updateReadyAnswer,
} from "./ready-answer-store.ts";
import type { ReadyAnswerInput } from "./settings-shapes.ts";

/** The ready answer of an id. Refuses not_found. */
export async function readyAnswerOf(rt: Runtime, id: string): Promise<ReadyAnswer> {
  const found = await findReadyAnswer(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

/** Adds a ready answer and gives its id. Refuses invalid_input for a name that is taken. */
export async function createReadyAnswer(rt: Runtime, input: ReadyAnswerInput, actor: string): Promise<string> {
  const id = base64url(rt.random(12));
  const entry = await ledgerEntry(rt, "contact.answer-saved", told(rt, id, actor));
  const row = { id, ...input, version: 1, changedAt: rt.now(), changedBy: actor };
  await commitNamed(rt, [appendEntry(entry), insertReadyAnswer(row)]);
  return id;
}

/** Changes a ready answer as `version` was seen. Refuses not_found, edited_meanwhile, and invalid_input for a name that is taken. */
export async function saveReadyAnswer(
  rt: Runtime,
  id: string,
  version: number,
  { name, texts }: ReadyAnswerInput,
  actor: string,
): Promise<void> {
  await readyAnswerOf(rt, id);
  const seen = { answer: id, version };
  const entry = await ledgerEntry(rt, "contact.answer-saved", told(rt, id, actor));
  await commitEdit(rt, [
    appendAnswerEdit({ ...entry, ...seen }),
    updateReadyAnswer({ ...seen, name, texts: JSON.stringify(texts), changedAt: rt.now(), changedBy: actor }),
  ]);
}

/** Removes a ready answer as `version` was seen. Refuses not_found and edited_meanwhile. */
export async function removeReadyAnswer(rt: Runtime, id: string, version: number, actor: string): Promise<void> {
  await readyAnswerOf(rt, id);
  const seen = { answer: id, version };
  const entry = await ledgerEntry(rt, "contact.answer-removed", told(rt, id, actor));
  await commitEdit(rt, [appendAnswerEdit({ ...entry, ...seen }), deleteReadyAnswer(seen)]);
}

const told = (rt: Runtime, answer: string, actor: string) => ({
  event: base64url(rt.random(12)),
  subject: null,
  actor,
  body: { answer },
});

/** Commits an edit whose last statement changes a row if the version still holds. */
async function commitEdit(rt: Runtime, statements: Statement[]): Promise<void> {
  if ((await commitNamed(rt, statements)).at(-1) === 0) throw new Refusal("edited_meanwhile");
}

async function commitNamed(rt: Runtime, statements: Statement[]): Promise<number[]> {
  try {
    return await commit(rt, statements);
  } catch (error) {
    if (!conflictOn(error, NAMED)) throw error;
    throw new Refusal("invalid_input", { errors: [{ path: "name", code: "taken" }] });
  }
}
