import { base64url } from "../platform/bytes.ts";
import { conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { type Along, change } from "./change.ts";
import { checkWaiting, isFileRefusal } from "./files.ts";
import type { MoreInput } from "./shapes.ts";
import { findMatter, findMessageByKey, type Matter, type NewMessage, SENT } from "./store.ts";

/** Those who change one conversation at the same moment take turns; each turn is somebody's. */
const TRIES = 25;

/**
 * Adds what its person writes to a conversation, which opens again when it was closed. Gives false when it is gone. A key that was used
 * before fails the batch (SENT).
 */
export async function addMessage(
  rt: Runtime,
  id: string,
  message: Pick<NewMessage, "channel" | "body" | "keyHash" | "requestHash" | "quotedFrom" | "marks" | "messageId">,
  along: Pick<Along, "files" | "mails" | "more"> & {
    /** Whether it is no person's, so that nothing opens for it. */
    isAutomatic?: boolean;
  } = {},
): Promise<boolean> {
  const { isAutomatic = false, ...rest } = along;
  const now = rt.now();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const matter = await findMatter(rt.db, id);
    if (!matter) return false;
    const row: NewMessage = { ...message, id: base64url(rt.random(16)), conversationId: id, createdAt: now };
    const isMade = await change(rt, matter, (handler, seen) => (isAutomatic ? seen : handler.received(seen, now)), {
      ...rest,
      message: row,
    });
    if (isMade) return true;
  }
  throw new Refusal("edited_meanwhile");
}

/**
 * Adds a message that its person sent by a page of ours. The same key with the same message is one message. Refuses not_found,
 * idempotency_key_reused, and file_refused for files that do not wait.
 */
export async function writeMore(
  rt: Runtime,
  { conversation }: Matter,
  channel: "page" | "panel",
  { message, files = [] }: MoreInput,
  idempotencyKey: string | null,
): Promise<void> {
  const keyHash =
    idempotencyKey === null ? null : await keyed(rt, "idempotency", `${conversation.id}:${idempotencyKey}`);
  const requestHash = await keyed(rt, "fingerprint", JSON.stringify([conversation.id, message, ...files]));
  const before = keyHash === null ? undefined : await findMessageByKey(rt.db, keyHash);
  const sentBefore = (hash: string | null | undefined) => {
    if (hash !== requestHash) throw new Refusal("idempotency_key_reused");
  };
  if (before) return sentBefore(before.requestHash);
  try {
    await checkWaiting(rt, files);
    const isThere = await addMessage(rt, conversation.id, { channel, body: message, keyHash, requestHash }, { files });
    if (!isThere) throw new Refusal("not_found");
  } catch (error) {
    if (keyHash === null || !(conflictOn(error, SENT) || isFileRefusal(error))) throw error;
    // It may have been this very message, sent by another press of the button.
    const made = await findMessageByKey(rt.db, keyHash);
    if (!made) throw error;
    sentBefore(made.requestHash);
  }
}
