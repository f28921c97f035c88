import { base64url } from "../platform/bytes.ts";
import { conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { type Along, change } from "./change.ts";
import { checkAllWait } from "./files.ts";
import type { MoreInput } from "./shapes.ts";
import { findMatter, findMessageByKey, findToAdd, type Matter, type NewMessage, SENT, type Which } from "./store.ts";

/** Those who change one conversation at the same moment take turns; each turn is somebody's. */
const TRIES = 25;

/**
 * Adds what its person writes to a conversation, which opens again when it was closed. Gives false when it is gone. A key that was used
 * before fails the batch (SENT).
 */
export async function addMessage(
  rt: Runtime,
  matter: Matter,
  message: Pick<NewMessage, "channel" | "body" | "keyHash" | "requestHash" | "quotedFrom" | "marks" | "messageId">,
  along: Pick<Along, "files" | "mails" | "more"> & {
    /** Whether it is no person's, so that nothing opens for it. */
    isAutomatic?: boolean;
  } = {},
): Promise<boolean> {
  const { isAutomatic = false, ...rest } = along;
  const now = rt.now();
  const { id } = matter.conversation;
  let found: Matter | undefined = matter;
  for (let attempt = 1; found && attempt <= TRIES; attempt++) {
    const row: NewMessage = { ...message, id: base64url(rt.random(16)), conversationId: id, createdAt: now };
    const isMade = await change(rt, found, (handler, seen) => (isAutomatic ? seen : handler.received(seen, now)), {
      ...rest,
      message: row,
    });
    if (isMade) return true;
    found = await findMatter(rt.db, id);
  }
  if (found) throw new Refusal("edited_meanwhile");
  return false;
}

/**
 * Adds a message that its person sent by a page of ours, in two round trips. The same key with the same message is one message. Refuses
 * not_found, idempotency_key_reused, and file_refused for files that do not wait.
 */
export async function writeMore(
  rt: Runtime,
  which: Which,
  channel: "page" | "panel",
  { message, files = [] }: MoreInput,
  idempotencyKey: string | null,
): Promise<void> {
  const keyHash =
    idempotencyKey === null ? null : await keyed(rt, "idempotency", JSON.stringify([which, idempotencyKey]));
  const requestHash = await keyed(rt, "fingerprint", JSON.stringify([which, message, ...files]));
  const { matter, before, waiting } = await findToAdd(rt.db, which, keyHash, files);
  if (!matter) throw new Refusal("not_found");
  const sentBefore = (hash: string | null | undefined) => {
    if (hash !== requestHash) throw new Refusal("idempotency_key_reused");
  };
  if (before) return sentBefore(before.requestHash);
  checkAllWait(files, waiting);
  try {
    const isThere = await addMessage(rt, matter, { channel, body: message, keyHash, requestHash }, { files });
    if (!isThere) throw new Refusal("not_found");
  } catch (error) {
    if (keyHash === null || !conflictOn(error, SENT)) throw error;
    // It may have been this very message, sent by another press of the button.
    const made = await findMessageByKey(rt.db, keyHash);
    if (!made) throw error;
    sentBefore(made.requestHash);
  }
}
