import type { PutRight } from "../mail/restored.ts";
import { addressHash, standing } from "../mail/suppression.ts";
import { knownOf, listedAfter } from "./gate-store.ts";
import { heal } from "./healing.ts";

/** Subscribers in one look, looks in a round, and how many are put right in it, each by a batch of its own: a round has other work, too. */
const LOOK = 250;
const LOOKS = 40;
const ENOUGH = 200;

/**
 * Puts subscribers right after a backup was restored, when the stops that it did not have are back: who left since leaves, who
 * bounced or complained is stopped, who was erased is erased. A round looks at some thousands, from `place` on. Gives where the next
 * goes on; null at the end.
 */
export const putSubscribersRight: PutRight = async (rt, place) => {
  let [after, healed] = [place, 0];
  for (let looks = 0; looks < LOOKS && healed < ENOUGH; looks++) {
    const listed = await listedAfter(rt.db, after, LOOK);
    const asked = await Promise.all(listed.map(async ({ email }) => ({ email, hash: await addressHash(rt, email) })));
    for (const one of await knownOf(rt.db, asked)) {
      if (await heal(rt, one, standing(one.stops, one))) healed++;
    }
    if (listed.length < LOOK) return null;
    after = listed.at(-1)?.seq ?? after;
  }
  return after;
};
