import { base64url } from "../platform/bytes.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { handlerOf } from "./handling.ts";
import { referenceOf } from "./reference.ts";
import { type Conversation, insertConversation, insertMessage, type NewMessage, TAKEN, UNKNOWN } from "./store.ts";

/** Two references are hardly ever alike; three tries in a row never are. */
const REFERENCE_TRIES = 3;

/** What is known of a conversation when it begins. */
export type Beginning = Pick<
  Conversation,
  "email" | "name" | "subject" | "customerNumber" | "lang" | "channel" | "surface" | "pageOrigin" | "requestHash"
> & { status: "unconfirmed" | "quarantined" | "new" } & Partial<
    Pick<Conversation, "keyHash" | "linkedTo" | "quarantinedFor">
  >;

/** A conversation that is about to be added; the database gives it its place. */
export type Opened = Omit<Conversation, "seq">;

/** Its first message. */
export type First = Pick<NewMessage, "body" | "quotedFrom" | "marks" | "messageId" | "keyHash">;

/**
 * Adds a conversation with its first message, and what `more` gives for them, in one batch. Refuses unknown_customer; a key that was
 * used before fails the batch (RETRIED, SENT).
 */
export async function open(
  rt: Runtime,
  beginning: Beginning,
  first: First,
  more: (conversation: Opened, message: NewMessage) => readonly Statement[],
): Promise<Opened> {
  for (let attempt = 1; ; attempt++) {
    const conversation = opened(rt, beginning);
    const message: NewMessage = {
      ...first,
      id: base64url(rt.random(16)),
      conversationId: conversation.id,
      channel: conversation.channel,
      createdAt: conversation.createdAt,
    };
    try {
      await commit(rt, [insertConversation(conversation), insertMessage(message), ...more(conversation, message)]);
      return conversation;
    } catch (error) {
      if (conflictOn(error, UNKNOWN)) throw new Refusal("unknown_customer");
      if (!conflictOn(error, TAKEN) || attempt === REFERENCE_TRIES) throw error;
    }
  }
}

function opened(rt: Runtime, beginning: Beginning): Opened {
  const now = rt.now();
  const conversation: Opened = {
    id: base64url(rt.random(16)),
    reference: referenceOf(rt.random(8)),
    ...{ keyHash: null, topicId: null, assignee: null, linkedTo: null, quarantinedFor: null },
    ...{ version: 1, change: null, createdAt: now, confirmedAt: null, lastAt: now, dueAt: null },
    ...{ waitingSince: null, waitedMs: 0, firstResponseMs: null, resolvedMs: null },
    ...{ closedAt: null, closeReason: null, archivedAt: null, deleteAt: null },
    ...beginning,
  };
  return { ...conversation, dueAt: handlerOf(rt.settings, null).dueAt(conversation) };
}
