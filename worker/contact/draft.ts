import { z } from "zod";
import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyOfAnswer } from "./answer.ts";
import { deleteDraft, upsertDraft } from "./draft-store.ts";
import { answerShape } from "./shapes.ts";

/** A draft may be empty, or longer than what can be sent. */
export const draftShape = answerShape.pick({ version: true, key: true }).extend({ body: z.string().max(40_000) });
export type DraftInput = z.output<typeof draftShape>;

/**
 * Keeps what a member of staff is writing in a conversation, in the place of what they wrote before; an empty text throws it away.
 * What comes after its answer was sent, by the same key, is not kept.
 */
export async function keepDraft(
  rt: Runtime,
  conversationId: string,
  member: string,
  { body, version, key }: DraftInput,
): Promise<void> {
  if (body.trim() === "") {
    await commit(rt, [deleteDraft(rt.db, conversationId, member)]);
    return;
  }
  const keyHash = await keyOfAnswer(rt, conversationId, key);
  await commit(rt, [upsertDraft({ conversationId, member, body, version, changedAt: rt.now(), keyHash })]);
}
