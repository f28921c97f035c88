import type { LedgerBodies } from "../ledger/entry.ts";
import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { dayIn } from "../platform/calendar.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { appendErased, deleteConversation } from "./care-store.ts";
import { type Along, change, type Next } from "./change.ts";
import { countReceivedAnew, uncountReceived } from "./change-store.ts";
import type { Conversation, Matter, Topic } from "./store.ts";

const isHandled = ({ status }: Conversation): boolean => status !== "unconfirmed" && status !== "quarantined";

type Reason = NonNullable<Conversation["closeReason"]>;

/**
 * Makes a change that its maker based on `version`. Refuses conversation_archived, and edited_meanwhile: also of what nobody
 * confirmed or may be spam, which is released before anything else is done with it.
 */
async function care(rt: Runtime, matter: Matter, version: number, next: Next, along: Along): Promise<void> {
  const { conversation } = matter;
  if (conversation.status === "archived") throw new Refusal("conversation_archived");
  if (!isHandled(conversation) || conversation.version !== version || !(await change(rt, matter, next, along))) {
    throw new Refusal("edited_meanwhile");
  }
}

/** Ends the handling of a conversation; the archive purpose begins. Closing what is closed changes nothing. */
export async function close(rt: Runtime, matter: Matter, actor: string, reason: Reason, version: number) {
  if (matter.conversation.closedAt !== null) return;
  await care(rt, matter, version, (handler, now) => handler.closed(now, rt.now(), reason), {
    entry: { kind: "conversation.closed", body: { reason }, actor },
  });
}

/** Takes a conversation up again. */
export const reopen = (rt: Runtime, matter: Matter, actor: string, version: number) =>
  care(rt, matter, version, (handler, now) => handler.reopened(now, rt.now()), {
    entry: { kind: "conversation.reopened", body: {}, actor },
  });

/** Says who takes care of it; null for nobody. */
export const assign = (rt: Runtime, matter: Matter, actor: string, assignee: string | null, version: number) =>
  care(rt, matter, version, (_, now) => ({ ...now, assignee }), {
    entry: { kind: "conversation.assigned", body: { assignee }, actor },
  });

/** Says what it is about, with that topic's targets and retention; null for no topic. */
export const sort = (rt: Runtime, { conversation }: Matter, actor: string, topic: Topic | null, version: number) =>
  care(rt, { conversation, topic }, version, (handler, now) => handler.moved(now, topic?.id ?? null), {
    entry: { kind: "conversation.sorted", body: { topic: topic?.id ?? null }, actor },
    // Nothing has a topic when it comes in: the figures of that day follow.
    more: (made) => {
      const day = dayIn(rt.settings.TIME_ZONE, conversation.confirmedAt ?? conversation.createdAt);
      const moved = { day, from: conversation.topicId ?? "", to: topic?.id ?? "", ...made };
      // In quarantine it was not counted, and will be under the topic that it then has.
      const isCounted = conversation.status !== "quarantined" && moved.from !== moved.to;
      return isCounted ? [countReceivedAnew(moved), uncountReceived(moved)] : [];
    },
  });

/** Ties it to a customer, or to none; whether there is such a customer is for the caller to see to. */
export const tie = (rt: Runtime, matter: Matter, actor: string, customerNumber: string | null, version: number) =>
  care(rt, matter, version, (_, now) => ({ ...now, customerNumber }), {
    entry: { kind: "conversation.tied", body: { customerNumber }, actor },
  });

/** Puts what is spam aside. */
export const quarantine = (rt: Runtime, matter: Matter, actor: string, version: number) =>
  care(rt, matter, version, (handler, now) => handler.quarantined(now, "staff"), {
    entry: { kind: "conversation.quarantined", body: { reason: "staff" }, actor },
  });

/** Takes what is no spam out of quarantine; what is not there changes nothing. Gives whether it was. */
export async function release(rt: Runtime, matter: Matter, actor: string): Promise<boolean> {
  if (matter.conversation.status !== "quarantined") return false;
  return change(rt, matter, (handler, now) => handler.released(now, rt.now()), {
    entry: { kind: "conversation.released", body: {}, actor },
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
