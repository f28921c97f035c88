import { type LedgerBodies, ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { dayIn } from "../platform/calendar.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { appendErased, deleteConversation } from "./care-store.ts";
import { type Along, change, type Entry, type Next } from "./change.ts";
import { countReceivedAnew, uncountReceived } from "./change-store.ts";
import type { Conversation, Matter, Topic } from "./store.ts";

const isHandled = ({ status }: Conversation): boolean => status !== "unconfirmed" && status !== "quarantined";

type Reason = NonNullable<Conversation["closeReason"]>;

/** One thing that is done to a conversation, and what the ledger hears of it. */
export interface Step {
  entry: Entry;
  next: Next;
  more?: Along["more"];
}

/** Handling ends; the archive purpose begins. */
export const closing = (rt: Runtime, actor: string, reason: Reason): Step => ({
  entry: { kind: "conversation.closed", body: { reason }, actor },
  next: (handler, now) => handler.closed(now, rt.now(), reason),
});

/** It is taken up again. */
export const reopening = (rt: Runtime, actor: string): Step => ({
  entry: { kind: "conversation.reopened", body: {}, actor },
  next: (handler, now) => handler.reopened(now, rt.now()),
});

/** Somebody takes care of it; null for nobody. */
export const assigning = (actor: string, assignee: string | null): Step => ({
  entry: { kind: "conversation.assigned", body: { assignee }, actor },
  next: (_, now) => ({ ...now, assignee }),
});

/** It is tied to a customer, or to none; whether there is such a customer is for the caller to see to. */
export const tying = (actor: string, customerNumber: string | null): Step => ({
  entry: { kind: "conversation.tied", body: { customerNumber }, actor },
  next: (_, now) => ({ ...now, customerNumber }),
});

/** It is about a topic, null for none; the matter that this is a step of must have that topic. */
export const sorting = (rt: Runtime, before: Conversation, actor: string, topic: string | null): Step => ({
  entry: { kind: "conversation.sorted", body: { topic }, actor },
  next: (handler, now) => handler.moved(now, topic),
  // Nothing has a topic when it comes in: the figures of that day follow.
  more: (made) => {
    const day = dayIn(rt.settings.TIME_ZONE, before.confirmedAt ?? before.createdAt);
    const moved = { day, from: before.topicId ?? "", to: topic ?? "", ...made };
    return moved.from === moved.to ? [] : [countReceivedAnew(moved), uncountReceived(moved)];
  },
});

/**
 * Does steps in one batch, which their maker based on `version`; with none it changes nothing. Refuses conversation_archived, and
 * edited_meanwhile: also of what nobody confirmed or may be spam, which is released before anything else is done with it.
 */
export async function care(rt: Runtime, matter: Matter, version: number, steps: readonly Step[]): Promise<void> {
  const { conversation } = matter;
  if (conversation.status === "archived") throw new Refusal("conversation_archived");
  if (!isHandled(conversation) || conversation.version !== version) throw new Refusal("edited_meanwhile");
  if (steps.length === 0) return;
  const isMade = await change(
    rt,
    matter,
    (handler, now) => steps.reduce((seen, { next }) => next(handler, seen), now),
    {
      entries: steps.map(({ entry }) => entry),
      more: (made) => steps.flatMap(({ more }) => more?.(made) ?? []),
    },
  );
  if (!isMade) throw new Refusal("edited_meanwhile");
}

/** Ends the handling of a conversation. Closing what is closed changes nothing. Refuses as `care` does. */
export async function close(rt: Runtime, matter: Matter, actor: string, reason: Reason, version: number) {
  if (matter.conversation.closedAt === null) await care(rt, matter, version, [closing(rt, actor, reason)]);
}

/** Takes a conversation up again. Refuses as `care` does. */
export const reopen = (rt: Runtime, matter: Matter, actor: string, version: number) =>
  care(rt, matter, version, [reopening(rt, actor)]);

/** Says who takes care of it; null for nobody. Refuses as `care` does. */
export const assign = (rt: Runtime, matter: Matter, actor: string, assignee: string | null, version: number) =>
  care(rt, matter, version, [assigning(actor, assignee)]);

/** Says what it is about, with that topic's targets and retention; null for no topic. Refuses as `care` does. */
export const sort = (rt: Runtime, { conversation }: Matter, actor: string, topic: Topic | null, version: number) =>
  care(rt, { conversation, topic }, version, [sorting(rt, conversation, actor, topic?.id ?? null)]);

/** Ties it to a customer, or to none. Refuses as `care` does. */
export const tie = (rt: Runtime, matter: Matter, actor: string, customerNumber: string | null, version: number) =>
  care(rt, matter, version, [tying(actor, customerNumber)]);

/** Puts what is spam aside. Refuses as `care` does. */
export const quarantine = (rt: Runtime, matter: Matter, actor: string, version: number) =>
  care(rt, matter, version, [
    {
      entry: { kind: "conversation.quarantined", body: { reason: "staff" }, actor },
      next: (handler, now) => handler.quarantined(now, rt.now(), "staff"),
    },
  ]);

/** Takes what is no spam out of quarantine; what is not there changes nothing. Gives whether it was. */
export async function release(rt: Runtime, matter: Matter, actor: string): Promise<boolean> {
  if (matter.conversation.status !== "quarantined") return false;
  return change(rt, matter, (handler, now) => handler.released(now, rt.now()), {
    entries: [{ kind: "conversation.released", body: {}, actor }],
  });
}

/** Its person says that it is over. Closing what is closed changes nothing. Refuses edited_meanwhile. */
export async function closeByPerson(rt: Runtime, matter: Matter): Promise<void> {
  if (matter.conversation.closedAt !== null || !isHandled(matter.conversation)) return;
  const isMade = await change(rt, matter, (handler, now) => handler.closed(now, rt.now(), "by-person"), {});
  if (!isMade) throw new Refusal("edited_meanwhile");
}

/**
 * Erases a conversation with all that hangs on it (GDPR art. 17); of its entries in the ledger the commitments stay, and one that says
 * that it was erased. Gives false when it is gone already.
 */
export async function erase(rt: Runtime, id: string, by: LedgerBodies["conversation.erased"]["by"], actor?: string) {
  const entry = await ledgerEntry(rt, "conversation.erased", {
    ...{ event: base64url(rt.random(12)), subject: null, body: { conversation: id, by } },
    ...(actor === undefined ? {} : { actor }),
  });
  const [entered = 0] = await commit(rt, [appendErased({ ...entry, conversation: id }), deleteConversation({ id })]);
  return entered > 0;
}
