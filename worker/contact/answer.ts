import { base64url } from "../platform/bytes.ts";
import { conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { change } from "./change.ts";
import { checkWaiting, isFileRefusal } from "./files.ts";
import { ANSWER_MAIL, mailAbout } from "./receipt.ts";
import type { AnswerInput } from "./shapes.ts";
import { findMessageByKey, type Matter, SENT } from "./store.ts";

/** Who answers: "staff:" or "key:" and an id, and the member whose draft it was. */
export interface Answerer {
  actor: string;
  member?: string;
}

/** The keyed hash by which an answer that comes again is known. */
export const keyOfAnswer = (rt: Runtime, conversationId: string, key: string): Promise<string> =>
  keyed(rt, "answer", `${conversationId}:${key}`);

/**
 * Answers a conversation by mail, and leaves it waiting for them, open, or closed. `version` is what the writer saw of it: when
 * somebody wrote since, it refuses answered_meanwhile, so that no two answers go out unseen. The same key is one answer. Refuses
 * conversation_archived, not_found for what nobody confirmed, file_refused for files that do not wait, and idempotency_key_reused.
 */
export async function answer(
  rt: Runtime,
  matter: Matter,
  { actor, member }: Answerer,
  { body, quotes, after, version, files = [], key }: AnswerInput,
): Promise<void> {
  const { conversation } = matter;
  const { id, status } = conversation;
  if (status === "archived") throw new Refusal("conversation_archived");
  if (status === "unconfirmed") throw new Refusal("not_found");
  const keyHash = await keyOfAnswer(rt, id, key);
  const requestHash = await keyed(rt, "fingerprint", JSON.stringify([id, body, after, ...files]));
  const isSent = async () => {
    const before = await findMessageByKey(rt.db, keyHash);
    if (before && before.requestHash !== requestHash) throw new Refusal("idempotency_key_reused");
    return before !== undefined;
  };
  if (await isSent()) return;
  if (status === "quarantined" || conversation.version !== version) throw new Refusal("answered_meanwhile");
  const now = rt.now();
  const messageId = base64url(rt.random(16));
  const mail = mailAbout(rt, ANSWER_MAIL, conversation, { message: messageId, quotes: quotes ? "yes" : "no" });
  const message = {
    ...{ id: messageId, conversationId: id, channel: "desk" as const, author: actor, body },
    ...{ mailId: mail.id, keyHash, requestHash, createdAt: now },
  };
  try {
    await checkWaiting(rt, files);
    const isMade = await change(
      rt,
      matter,
      (handler, seen) => {
        const answered = handler.answered(seen, now, after === "open" ? "open" : "waiting");
        return after === "closed" ? handler.closed(answered, now, "solved") : answered;
      },
      {
        ...{ message, files, mails: [mail] },
        entries: [{ kind: "conversation.answered", body: { message: messageId }, actor }],
        ...(member === undefined ? {} : { draftOf: member }),
      },
    );
    // It may have been this very answer, sent by another press of the button.
    if (!isMade && !(await isSent())) throw new Refusal("answered_meanwhile");
  } catch (error) {
    if (!(conflictOn(error, SENT) || isFileRefusal(error)) || !(await isSent())) throw error;
  }
}
