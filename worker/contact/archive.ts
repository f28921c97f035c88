import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { archiveClosed, forgotten } from "./archive-store.ts";
import { change } from "./change.ts";

const DAY = 86_400_000;
/** How long we wait for somebody's answer before the matter counts as handled. */
const WAITING = 30 * DAY;
/** How long what was closed stays with those who handled it, in case it was not over. */
const CLOSED = 14 * DAY;
/** Conversations that a round closes and archives. */
const AT_ONCE = 200;
const ARCHIVED_AT_ONCE = 2_000;

/** The minute's part: closes what nobody came back to for thirty days, and archives what has been closed for fourteen. */
export async function continueArchive(rt: Runtime): Promise<void> {
  const now = rt.now();
  for (const matter of await forgotten(rt.db, now - WAITING, AT_ONCE)) {
    await change(rt, matter, (handler, seen) => handler.closed(seen, now, "no-answer"), {});
  }
  await commit(rt, [archiveClosed({ before: now - CLOSED, now, limit: ARCHIVED_AT_ONCE })]);
}
