import { type LedgerBodies, ledgerEntry } from "../ledger/entry.ts";
import type { NewMail } from "../mail/store.ts";
import { base64url } from "../platform/bytes.ts";
import { dayIn } from "../platform/calendar.ts";
import { commit, type Statement } from "../platform/db.ts";
import { wake } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import {
  appendMade,
  attachFilesMade,
  countMade,
  deleteDraftMade,
  insertMailMade,
  insertMessageMade,
  type Made,
  updateConversation,
} from "./change-store.ts";
import { type Handler, handlerOf } from "./handling.ts";
import type { Conversation, Matter, NewMessage } from "./store.ts";

/** Kinds of entries about one conversation. */
export type ConversationKind = Extract<keyof LedgerBodies, `conversation.${string}`>;

/** What the ledger hears of a conversation, and from whom ("staff:" or "key:" and an id). */
export type Entry = {
  [K in ConversationKind]: { kind: K; body: Omit<LedgerBodies[K], "conversation">; actor: string };
}[ConversationKind];

/** What is committed together with a change of a conversation. */
export interface Along {
  /** Each kind once; of what its person did the ledger hears nothing. */
  entries?: readonly Entry[];
  message?: NewMessage;
  /** Ids of files that wait, for the message. */
  files?: readonly string[];
  mails?: readonly NewMail[];
  /** The member of staff whose draft is done with. */
  draftOf?: string;
  /** What else is to go with it; the condition is theirs. */
  more?(made: Made): readonly Statement[];
}

/** What a conversation becomes, by the rules of its topic. */
export type Next = (handler: Handler, now: Conversation) => Conversation;

/**
 * Changes a conversation with all that goes along, in one batch. Gives false, and changes nothing, when somebody else changed it
 * since it was read.
 */
export async function change(rt: Runtime, { conversation, topic }: Matter, next: Next, along: Along): Promise<boolean> {
  const { entries = [], message, files = [], mails = [], draftOf, more } = along;
  const handler = handlerOf(rt.settings, topic);
  const after = next(handler, conversation);
  const { id } = conversation;
  const made: Made = { conversation: id, change: base64url(rt.random(12)) };
  const counts = countsOf(handler, conversation, after, message);
  const day = dayIn(rt.settings.TIME_ZONE, rt.now());
  const topicId = after.topicId ?? "";
  const rows = await Promise.all(entries.map((entry) => rowOf(rt, id, made.change, entry)));
  const [changed = 0] = await commit(rt, [
    updateConversation({ ...after, version: conversation.version, ...made }),
    ...rows.map((row) => appendMade({ ...row, ...made })),
    ...(message ? [insertMessageMade({ ...message, ...made })] : []),
    ...(message && files.length > 0
      ? [attachFilesMade({ files: JSON.stringify(files), message: message.id, ...made })]
      : []),
    ...mails.map((mail) => insertMailMade({ ...mail, ...made })),
    ...counts.map((count) => countMade({ ...count, day, topicId, ...made })),
    ...(draftOf === undefined ? [] : [deleteDraftMade({ member: draftOf, ...made })]),
    ...(more?.(made) ?? []),
  ]);
  if (changed === 0) return false;
  wake(
    rt,
    mails.map((mail) => ({ kind: "mail", id: mail.id })),
  );
  return true;
}

function rowOf(rt: Runtime, id: string, event: string, { kind, body, actor }: Entry) {
  return ledgerEntry(rt, kind, {
    event,
    subject: `conversation:${id}`,
    actor,
    body: { conversation: id, ...body } as LedgerBodies[typeof kind],
  });
}

function countsOf(handler: Handler, before: Conversation, after: Conversation, message: NewMessage | undefined) {
  const late = (what: "answered" | "closed") => (handler.isLate(after, what) ? 1 : 0);
  // What staff put aside had been counted before.
  const isReceived = COUNTED(after) && !COUNTED(before) && before.quarantinedFor !== "staff";
  const isAnswered = before.firstResponseMs === null && after.firstResponseMs !== null;
  const isClosed = after.closedAt !== null && before.closedAt === null;
  return [
    ...(isReceived ? [{ event: "received" as const, ms: 0, late: 0 }] : []),
    ...(isAnswered ? [{ event: "answered" as const, ms: after.firstResponseMs ?? 0, late: late("answered") }] : []),
    ...(message?.author ? [{ event: "sent" as const, ms: 0, late: 0 }] : []),
    ...(isClosed ? [{ event: "closed" as const, ms: after.resolvedMs ?? 0, late: late("closed") }] : []),
  ];
}

/** Whether a conversation is one for the figures: it has been confirmed, and may not be spam. */
const COUNTED = ({ status }: Conversation): boolean => status !== "unconfirmed" && status !== "quarantined";
