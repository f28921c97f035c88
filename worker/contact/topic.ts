import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { LANGUAGES } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { MONTH } from "./handling.ts";
import type { TopicInput } from "./settings-shapes.ts";
import type { Topic } from "./store.ts";
import {
  appendTopicEdit,
  findTopic,
  insertTopic,
  listTopics,
  markTopicRemoved,
  moveDeletion,
  updateTopic,
} from "./topic-store.ts";

/** A topic that can be chosen. Refuses not_found. */
export async function topicOf(rt: Runtime, id: string): Promise<Topic> {
  const found = await findTopic(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

/** Adds a topic and gives its id. Refuses invalid_input for a name that another has. */
export async function createTopic(rt: Runtime, input: TopicInput, actor: string): Promise<string> {
  const id = base64url(rt.random(12));
  await checkNames(rt, id, input);
  const entry = await savedEntry(rt, id, input, actor);
  await commit(rt, [
    appendEntry(entry),
    insertTopic({ id, ...input, version: 1, changedAt: rt.now(), changedBy: actor }),
  ]);
  return id;
}

/**
 * Changes a topic as `version` was seen. With another retention the day on which what was closed under it goes moves in the same batch;
 * targets count from the next change of a conversation on. Refuses not_found, edited_meanwhile, and invalid_input as createTopic does.
 */
export async function saveTopic(rt: Runtime, id: string, version: number, input: TopicInput, actor: string) {
  await topicOf(rt, id);
  await checkNames(rt, id, input);
  const { names, ...numbers } = input;
  const entry = await savedEntry(rt, id, input, actor);
  const seen = { topic: id, version };
  await commitEdit(rt, [
    appendTopicEdit({ ...entry, ...seen }),
    moveDeletion({ ...seen, kept: input.retentionMonths * MONTH }),
    updateTopic({ ...seen, ...numbers, names: JSON.stringify(names), changedAt: rt.now(), changedBy: actor }),
  ]);
}

/** Removes a topic as `version` was seen: it can no longer be chosen, and what has it keeps it. Refuses not_found and edited_meanwhile. */
export async function removeTopic(rt: Runtime, id: string, version: number, actor: string): Promise<void> {
  await topicOf(rt, id);
  const told = { event: base64url(rt.random(12)), subject: null, actor, body: { topic: id } };
  const entry = await ledgerEntry(rt, "contact.topic-removed", told);
  const seen = { topic: id, version };
  await commitEdit(rt, [
    appendTopicEdit({ ...entry, ...seen }),
    markTopicRemoved({ ...seen, removedAt: rt.now(), changedBy: actor }),
  ]);
}

function savedEntry(
  rt: Runtime,
  topic: string,
  { firstHours, solvedHours, retentionMonths }: TopicInput,
  actor: string,
) {
  const body = { topic, firstHours, solvedHours, retentionMonths };
  return ledgerEntry(rt, "contact.topic-saved", { event: base64url(rt.random(12)), subject: null, actor, body });
}

/** Two topics of one name could not be told apart. */
async function checkNames(rt: Runtime, id: string, { names }: TopicInput): Promise<void> {
  const others = (await listTopics(rt.db)).filter((topic) => topic.id !== id);
  const taken = LANGUAGES.filter((lang) => others.some((topic) => topic.names[lang] === names[lang]));
  if (taken.length === 0) return;
  throw new Refusal("invalid_input", { errors: taken.map((path) => ({ path, code: "taken" as const })) });
}

/** Commits an edit whose last statement changes a row if the version still holds. */
async function commitEdit(rt: Runtime, statements: Statement[]): Promise<void> {
  const changes = await commit(rt, statements);
  if (changes.at(-1) === 0) throw new Refusal("edited_meanwhile");
}
