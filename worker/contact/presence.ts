import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { othersHere, type Presence, upsertPresence } from "./presence-store.ts";

/** Whoever was heard of in so many milliseconds is here: three times as often as a page says so. */
const HERE = 45_000;

/** Notes that a member of staff looks at a conversation, or writes in it; gives who else does. */
export async function lookIn(
  rt: Runtime,
  conversationId: string,
  member: string,
  isWriting: boolean,
): Promise<Presence[]> {
  const at = rt.now();
  await commit(rt, [upsertPresence({ conversationId, member, isWriting: isWriting ? 1 : 0, at })]);
  return othersHere(rt.db, conversationId, member, at - HERE);
}
