import { findByNumber } from "../customers/store.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { findNamed } from "./api-store.ts";
import { assigning, care, closing, reopening, type Step, sorting, tying } from "./care.ts";
import type { AmendInput } from "./conversation-shapes.ts";
import type { Conversation, Matter, Topic } from "./store.ts";
import { findTopic } from "./topic-store.ts";

/** What conversations need of a room behind this one, handed in by app.ts. */
export interface ConversationNeeds {
  /** Whether an id is that of a member of staff who reads conversations. */
  mayHandle(rt: Runtime, id: string): Promise<boolean>;
}

/** The conversation of an id or a reference. Refuses not_found, also of what nobody confirmed. */
export async function namedMatter(rt: Runtime, name: string): Promise<Matter> {
  const matter = await findNamed(rt.db, name);
  if (!matter || matter.conversation.status === "unconfirmed") throw new Refusal("not_found");
  return matter;
}

/** The same, unless it is in the archive: that is read by other ways, which the ledger hears of. Refuses conversation_archived, too. */
export async function matterAtHand(rt: Runtime, name: string): Promise<Matter> {
  const matter = await namedMatter(rt, name);
  if (matter.conversation.status === "archived") throw new Refusal("conversation_archived");
  return matter;
}

/**
 * Changes all that is asked of a conversation in one batch, with an entry for each thing that changes; what is so already changes
 * nothing. Refuses as `care` does, and invalid_input for a topic, a member who reads no conversations or a customer there is not.
 */
export async function amend(
  rt: Runtime,
  needs: ConversationNeeds,
  { conversation, topic }: Matter,
  input: AmendInput,
  actor: string,
): Promise<void> {
  const wished = input.topic === undefined ? topic : await topicFor(rt, input.topic);
  await check(rt, needs, input);
  const steps = stepsOf(rt, conversation, { ...input, topic: wished?.id ?? null }, actor);
  await care(rt, { conversation, topic: wished }, input.version, steps);
}

const refused = (path: string) => new Refusal("invalid_input", { errors: [{ path, code: "unknown_value" }] });

async function topicFor(rt: Runtime, id: string | null): Promise<Topic | null> {
  if (id === null) return null;
  const found = await findTopic(rt.db, id);
  if (!found) throw refused("topic");
  return found;
}

async function check(rt: Runtime, needs: ConversationNeeds, input: AmendInput): Promise<void> {
  const { assignee = null, customerNumber = null } = input;
  if (assignee !== null && !(await needs.mayHandle(rt, assignee))) throw refused("assignee");
  if (customerNumber !== null && !(await findByNumber(rt.db, customerNumber))) throw refused("customerNumber");
}

/** What changes, in this order: a topic has its own targets and retention, which closing asks for. */
function stepsOf(
  rt: Runtime,
  before: Conversation,
  input: AmendInput & { topic: string | null },
  actor: string,
): Step[] {
  const { topic, assignee = before.assignee, customerNumber = before.customerNumber, status, closeReason } = input;
  return [
    ...(topic === before.topicId ? [] : [sorting(rt, before, actor, topic)]),
    ...(assignee === before.assignee ? [] : [assigning(actor, assignee)]),
    ...(customerNumber === before.customerNumber ? [] : [tying(actor, customerNumber)]),
    ...(status === "closed" && before.closedAt === null ? [closing(rt, actor, closeReason)] : []),
    ...(status === "open" && before.status !== "open" ? [reopening(rt, actor)] : []),
  ];
}
