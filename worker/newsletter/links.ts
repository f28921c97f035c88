import type { Statement } from "../platform/db.ts";
import type { TokenRow } from "../platform/store.ts";
import { keyed, mintToken, TOKEN_ID, type TokenMaker } from "../platform/tokens.ts";
import { insertTokensOnce } from "./links-store.ts";

/** The ids of the tokens that a mail to a subscriber carries: its way out, and the way to their preferences. */
export interface WayTokens {
  unsubscribe: string;
  preferences: string;
}

/**
 * The tokens for mails to subscribers, found by the subscriber's id in `byId`; `rows` are to be committed with the mails
 * (see insertTokensOnce). A subscriber has one pair of them a year, however many mails they get: their ids say nothing
 * to whom has no key, and are the same each time.
 */
export async function linkTokens(
  rt: TokenMaker,
  subscriberIds: readonly string[],
): Promise<{ rows: TokenRow[]; byId: ReadonlyMap<string, WayTokens> }> {
  const year = new Date(rt.now()).getUTCFullYear();
  const mint = async (purpose: "newsletter.unsubscribe" | "newsletter.preferences", subscriber: string) => {
    const id = await keyed(rt, "way-out", `${subscriber}:${purpose}:${year}`);
    return mintToken(rt, purpose, subscriber, id.slice(0, TOKEN_ID));
  };
  const pairs = await Promise.all(
    [...new Set(subscriberIds)].map(async (subscriber) => {
      const unsubscribe = await mint("newsletter.unsubscribe", subscriber);
      const preferences = await mint("newsletter.preferences", subscriber);
      return { subscriber, unsubscribe, preferences };
    }),
  );
  const byId = new Map(
    pairs.map(({ subscriber, unsubscribe, preferences }) => [
      subscriber,
      { unsubscribe: unsubscribe.id, preferences: preferences.id },
    ]),
  );
  return { rows: pairs.flatMap(({ unsubscribe, preferences }) => [unsubscribe, preferences]), byId };
}

/** Adds the rows of `linkTokens`, unless they are there: one statement, however many. */
export const insertLinks = (rows: readonly TokenRow[]): Statement => insertTokensOnce({ tokens: JSON.stringify(rows) });
