import { sameInConstantTime } from "../platform/bytes.ts";
import type { Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { TokenRow } from "../platform/store.ts";
import { keyed, mintToken, TOKEN_ID, TOKEN_LIFE, type TokenMaker, tokenText } from "../platform/tokens.ts";
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

/** A token that is to be committed with its mail, if the address is still its subscriber's. */
export type WayRow = TokenRow & { email: string };

const DAY = 86_400_000;
/** A token for preferences lives two years, and its row a month more. */
const TOKEN_YEARS = 3;

const yearOf = (rt: TokenMaker): number => new Date(rt.now()).getUTCFullYear();
const preferencesId = async (rt: TokenMaker, { id, email }: Reader, year: number) =>
  (await keyed(rt, "way-out", `${id}:newsletter.preferences:${year}:${email}`)).slice(0, TOKEN_ID);

/**
 * The id of the token by which a subscriber leaves, whichever address the mail goes to. It says whose it is and of which day, and
 * has no row: a database that is put back as it was before the mail still lets its reader leave.
 */
export const leaveId = (rt: TokenMaker, subscriber: string): string => `${subscriber}~${Math.floor(rt.now() / DAY)}`;

/**
 * The id of the subscriber whose token by `leaveId` a text is; undefined when it is another kind of token. Refuses token_invalid,
 * and token_expired.
 */
export async function openLeaveId(rt: TokenMaker, text: string): Promise<string | undefined> {
  const [id = ""] = text.split(".");
  const [, subscriber, day] = /^([\w-]+)~(\d+)$/.exec(id) ?? [];
  if (subscriber === undefined) return undefined;
  if (!sameInConstantTime(text, await tokenText(rt, "newsletter.unsubscribe", id))) throw new Refusal("token_invalid");
  if (Number(day) * DAY + TOKEN_LIFE["newsletter.unsubscribe"] <= rt.now()) throw new Refusal("token_expired");
  return subscriber;
}

/**
 * The tokens for mails to subscribers, found by the subscriber's id in `byId`; `rows` are to be committed with the mails
 * (see insertLinks). Of the one for preferences a subscriber has one a year, however many mails they get. It is of their
 * address, too: who has the mails that went to an earlier one has no say any more, and can only leave.
 */
export async function linkTokens(
  rt: TokenMaker,
  readers: readonly Reader[],
): Promise<{ rows: WayRow[]; byId: ReadonlyMap<string, WayTokens> }> {
  const year = yearOf(rt);
  const once = new Map(readers.map((reader) => [reader.id, reader]));
  const rows = await Promise.all(
    [...once.values()].map(async (reader) => {
      const { id, email } = reader;
      const own = await preferencesId(rt, reader, year);
      return { ...(await mintToken(rt, "newsletter.preferences", id, own)), email };
    }),
  );
  const byId = new Map(
    rows.map(({ subject, id }) => [subject, { unsubscribe: leaveId(rt, subject), preferences: id }]),
  );
  return { rows, byId };
}

/** Ids of all tokens by which a subscriber at an address can have changed what they get: those that mails of the last years brought. */
export function preferencesOf(rt: TokenMaker, reader: Reader): Promise<string[]> {
  const years = Array.from({ length: TOKEN_YEARS + 1 }, (_, ago) => yearOf(rt) - ago);
  return Promise.all(years.map((year) => preferencesId(rt, reader, year)));
}

/** Adds rows of `linkTokens`, unless they are there: one statement, however many. */
export const insertLinks = (rows: readonly WayRow[]): Statement => insertTokensOnce({ tokens: JSON.stringify(rows) });
