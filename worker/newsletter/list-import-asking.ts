import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { askToConfirm } from "./asking.ts";
import {
  countAsked,
  endAsking,
  isToBeAsked,
  nextToAsk,
  putOffAsking,
  signupsToAsk,
} from "./list-import-asking-store.ts";

const MINUTE = 60_000;
/** People in one batch, at most, and batches in one round. */
const PAGE = 200;
const PAGES = 25;
/** A page is made no sooner than this before it is due: by cron alone the rate is kept. */
const AHEAD = MINUTE;

/**
 * Asks those whom imports brought without proof to confirm: an import after another, all together no faster than
 * CONFIRM_RATE a minute. What breaks off here goes on in the next round.
 */
export async function askImported(rt: Runtime): Promise<void> {
  const size = Math.min(PAGE, rt.settings.CONFIRM_RATE);
  // Also after a page that is not full: the next one may be, of another import.
  const span = Math.ceil((size * MINUTE) / rt.settings.CONFIRM_RATE);
  for (let pages = 0; pages < PAGES; pages++) {
    const found = await nextToAsk(rt.db, rt.now() + AHEAD);
    if (found === undefined) return;
    const { id, nextAskAt } = found;
    const waiting = await signupsToAsk(rt.db, id, size);
    if (waiting.length === 0) {
      await commit(rt, [endAsking(rt.db, id)]);
      continue;
    }
    const dueAt = Math.max(nextAskAt, rt.now());
    const next = dueAt + span;
    await askToConfirm(rt, waiting, {
      dueAt,
      when: isToBeAsked(id, nextAskAt),
      statements: [countAsked(rt.db, id, nextAskAt, next), putOffAsking(rt.db, next)],
    });
  }
}
