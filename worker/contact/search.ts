import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { appendToIndex, indexIsBehind } from "./search-store.ts";

/** Messages in one batch, and batches in one round. */
const AT_ONCE = 250;
const BATCHES = 25;

/**
 * The minute's part in the search: puts the messages that came since into the index, so that none waits for that. Does
 * nothing while there is no index, as when a database is exported.
 */
export async function continueContactIndex(rt: Runtime): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) {
    if (!(await indexIsBehind(rt.db))) return;
    await commit(rt, [appendToIndex(AT_ONCE)]);
  }
}
