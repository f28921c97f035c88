import { findByNumber } from "../customers/store.ts";
import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { findNamed } from "./api-store.ts";
import { type Along, change } from "./change.ts";
import { appendMade } from "./change-store.ts";
import type { AmendInput } from "./conversation-shapes.ts";
import type { Handler } from "./handling.ts";
import type { Conversation, Matter, Topic } from "./store.ts";
import { findTopic } from "./topic-store.ts";

/** What conversations need of a room behind this one, handed in by app.ts. */
export interface ConversationNeeds {
  /** Whether an id is that of a member of staff. */
  isMember(rt: Runtime, id: string): Promise<boolean>;
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

/** One thing that changes, with what the ledger hears of it. */
interface Step {
  entry: NonNullable<Along["entry"]>;
  next(handler: Handler, now: Conversation): Conversation;
}

/**
 * Changes all that is asked of a conversation in one batch, with an entry for each thing that changes; what is so already changes
 * nothing. Refuses edited_meanwhile when it is at another version than the one that was seen, and invalid_input for a topic, member or
 * customer there is not, and for a status of what may be spam.
 */
export async function amend(
  rt: Runtime,
  needs: ConversationNeeds,
  { conversation, topic }: Matter,
  input: AmendInput,
  actor: string,
): Promise<void> {
  if (conversation.version !== input.version) throw new Refusal("edited_meanwhile");
  const wished = input.topic === undefined ? topic : await topicFor(rt, input.topic);
  await check(rt, needs, conversation, input);
  const steps = stepsOf(rt, conversation, { ...input, topic: wished?.id ?? null }, actor);
  const [first, ...others] = steps;
  if (!first) return;
  const entries = await Promise.all(
    others.map(({ entry: { kind, body } }) =>
      ledgerEntry(rt, kind, {
        event: base64url(rt.random(12)),
        subject: `conversation:${conversation.id}`,
        actor,
        body: { conversation: conversation.id, ...body } as never, // As change() makes that of the first.
      }),
    ),
  );
  const isMade = await change(
    rt,
    { conversation, topic: wished },
    (handler, now) => steps.reduce((seen, { next }) => next(handler, seen), now),
    { entry: first.entry, more: (made) => entries.map((entry) => appendMade({ ...entry, ...made })) },
  );
  if (!isMade) throw new Refusal("edited_meanwhile");
}

const refused = (path: string, code: "unknown_value" | "invalid" = "unknown_value") =>
  new Refusal("invalid_input", { errors: [{ path, code }] });

async function topicFor(rt: Runtime, id: string | null): Promise<Topic | null> {
  if (id === null) return null;
  const found = await findTopic(rt.db, id);
  if (!found) throw refused("topic");
  return found;
}

async function check(rt: Runtime, needs: ConversationNeeds, { status }: Conversation, input: AmendInput) {
  const { assignee = null, customerNumber = null } = input;
  if (input.status !== undefined && status === "quarantined") throw refused("status", "invalid");
  if (assignee !== null && !(await needs.isMember(rt, assignee))) throw refused("assignee");
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
  const now = rt.now();
  const steps: Step[] = [];
  if (topic !== before.topicId) {
    const entry = { kind: "conversation.sorted" as const, body: { topic }, actor };
    steps.push({ entry, next: (handler, seen) => handler.moved(seen, topic) });
  }
  if (assignee !== before.assignee) {
    const entry = { kind: "conversation.assigned" as const, body: { assignee }, actor };
    steps.push({ entry, next: (_, seen) => ({ ...seen, assignee }) });
  }
  if (customerNumber !== before.customerNumber) {
    const entry = { kind: "conversation.tied" as const, body: { customerNumber }, actor };
    steps.push({ entry, next: (_, seen) => ({ ...seen, customerNumber }) });
  }
  if (status === "closed" && before.closedAt === null) {
    const entry = { kind: "conversation.closed" as const, body: { reason: closeReason }, actor };
    steps.push({ entry, next: (handler, seen) => handler.closed(seen, now, closeReason) });
  }
  if (status === "open" && before.status !== "open") {
    const entry = { kind: "conversation.reopened" as const, body: {}, actor };
    steps.push({ entry, next: (handler, seen) => handler.reopened(seen, now) });
  }
  return steps;
}
