import { z } from "zod";
import { base64url } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { change } from "./change.ts";
import { insertNoteMade } from "./note-store.ts";
import { answerShape } from "./shapes.ts";
import { findMatter } from "./store.ts";

/** Two who change one conversation at the same moment take turns. */
const TRIES = 5;

export const noteShape = z.object({ note: answerShape.shape.body });

/**
 * Notes what staff say to each other about a conversation; no mail ever has it. It counts as a change, so that who is writing an answer
 * sees it first. Refuses not_found, and conversation_archived.
 */
export async function addNote(rt: Runtime, conversationId: string, actor: string, body: string): Promise<void> {
  const note = { id: base64url(rt.random(16)), conversationId, author: actor, body, createdAt: rt.now() };
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const matter = await findMatter(rt.db, conversationId);
    if (!matter) throw new Refusal("not_found");
    if (matter.conversation.status === "archived") throw new Refusal("conversation_archived");
    const isMade = await change(rt, matter, (_, now) => now, {
      more: (made) => [insertNoteMade({ ...note, ...made })],
    });
    if (isMade) return;
  }
  throw new Refusal("edited_meanwhile");
}
