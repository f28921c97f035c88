import type { Statement } from "../platform/db.ts";
import type { TokenRow } from "../platform/store.ts";
import { keyed, mintToken, TOKEN_ID, type TokenMaker } from "../platform/tokens.ts";
import { insertTokensOnce } from "./links-store.ts";

/** A subscriber, and the address that their mails go to. */
export interface Reader {
  id: string;
  email: string;
}

/** The ids of the tokens that a mail to a subscriber carries: its way out, and the way to their preferences. */
export interface WayTokens {
  unsubscribe: string;
  preferences: string;
}

/** A token that is to be committed with its mail; with an address, only if that is still its subscriber's. */
export type WayRow = TokenRow & { email?: string };

/** A token of a subscriber lives two years, and its row a month more. */
const TOKEN_YEARS = 3;

const yearOf = (rt: TokenMaker): number => new Date(rt.now()).getUTCFullYear();
const wayId = async (rt: TokenMaker, what: string): Promise<string> =>
  (await keyed(rt, "way-out", what)).slice(0, TOKEN_ID);
const leaveId = (rt: TokenMaker, id: string, year: number) => wayId(rt, `${id}:newsletter.unsubscribe:${year}`);
const preferencesId = (rt: TokenMaker, { id, email }: Reader, year: number) =>
  wayId(rt, `${id}:newsletter.preferences:${year}:${email}`);

/** The token by which a subscriber leaves, whichever address the mail goes to; its row is to be committed with the mail (see insertLinks). */
export const leaveToken = async (rt: TokenMaker, id: string): Promise<WayRow> =>
  mintToken(rt, "newsletter.unsubscribe", id, await leaveId(rt, id, yearOf(rt)));

/**
 * The tokens for mails to subscribers, found by the subscriber's id in `byId`; `rows` are to be committed with the mails
 * (see insertLinks). A subscriber has one pair of them a year, however many mails they get: their ids say nothing
 * to whom has no key, and are the same each time. The one for preferences is of their address, too: who has the mails that
 * went to an earlier one has no say any more, and can only leave.
 */
export async function linkTokens(
  rt: TokenMaker,
  readers: readonly Reader[],
): Promise<{ rows: WayRow[]; byId: ReadonlyMap<string, WayTokens> }> {
  const year = yearOf(rt);
  const once = new Map(readers.map((reader) => [reader.id, reader]));
  const pairs = await Promise.all(
    [...once.values()].map(async (reader) => {
      const { id, email } = reader;
      const [unsubscribe, own] = await Promise.all([leaveToken(rt, id), preferencesId(rt, reader, year)]);
      const preferences = { ...(await mintToken(rt, "newsletter.preferences", id, own)), email };
      return { id, unsubscribe, preferences };
    }),
  );
  const byId = new Map(
    pairs.map(({ id, unsubscribe, preferences }) => [id, { unsubscribe: unsubscribe.id, preferences: preferences.id }]),
  );
  return { rows: pairs.flatMap(({ unsubscribe, preferences }) => [unsubscribe, preferences]), byId };
}

/** Ids of all tokens that mails of the last years can have brought a subscriber at an address. */
export async function waysOf(rt: TokenMaker, reader: Reader): Promise<{ leave: string[]; preferences: string[] }> {
  const years = Array.from({ length: TOKEN_YEARS + 1 }, (_, ago) => yearOf(rt) - ago);
  const [leave, preferences] = await Promise.all([
    Promise.all(years.map((year) => leaveId(rt, reader.id, year))),
    Promise.all(years.map((year) => preferencesId(rt, reader, year))),
  ]);
  return { leave, preferences };
}

/** Adds rows of `linkTokens` or `leaveToken`, unless they are there: one statement, however many. */
export const insertLinks = (rows: readonly WayRow[]): Statement => insertTokensOnce({ tokens: JSON.stringify(rows) });
