import { sameInConstantTime } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import { TOKEN_LIFE, type TokenMaker, tokenText } from "../platform/tokens.ts";

const DAY = 86_400_000;
const PURPOSE = "contact.conversation";

/**
 * The id of the token that opens a conversation's private page. It says which one and of which day, and has no row: its
 * HMAC is all the proof it needs, as of the link to leave (docs/decisions/0025).
 */
export const pageId = (rt: TokenMaker, conversation: string): string => `${conversation}~${Math.floor(rt.now() / DAY)}`;

/** Which conversation a token opens, and whether its days are over: then it only serves to ask for another. Refuses token_invalid. */
export async function openPage(rt: TokenMaker, text: string): Promise<{ id: string; isExpired: boolean }> {
  const [named = ""] = text.split(".");
  const [, id, day] = /^([\w-]{22})~(\d{1,6})$/.exec(named) ?? [];
  if (id === undefined || !sameInConstantTime(text, await tokenText(rt, PURPOSE, named))) {
    throw new Refusal("token_invalid");
  }
  return { id, isExpired: Number(day) * DAY + TOKEN_LIFE[PURPOSE] <= rt.now() };
}
