import type { ParsedMail } from "./incoming.ts";
import { piecesOf } from "./mime-field.ts";

const METHODS = ["spf", "dkim", "dmarc"] as const;
/** A check of a mail's sender (RFC 7208, RFC 6376, RFC 7489). */
export type AuthenticationMark = (typeof METHODS)[number];

/** A result in a header (RFC 8601 section 2.2). */
const RESULT = /^\s*(spf|dkim|dmarc)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i;
/** "Softfail" is what most domains say of mail that is not theirs. Errors and "neutral" tell nothing of the sender. */
const FAILED = ["fail", "softfail", "hardfail"];

/**
 * Which checks a mail failed, by what the server that received it wrote: the first such header, above the second server's,
 * in that server's name. Of any other server's nothing is believed. A check of which one try passed has not failed.
 */
export function authenticationMarks(
  mail: Pick<ParsedMail, "headers">,
  authservId: string,
): readonly AuthenticationMark[] {
  const [id = "", ...pieces] = piecesOf(ownResults(mail));
  const [name = ""] = id.trim().split(/\s+/, 1);
  if (name === "" || name.toLowerCase() !== authservId.trim().toLowerCase()) return [];
  const results = pieces.flatMap((piece) => {
    const [, method = "", result = ""] = RESULT.exec(piece) ?? [];
    return method === "" ? [] : [{ method: method.toLowerCase(), result: result.toLowerCase() }];
  });
  return METHODS.filter((method) => {
    const found = results.filter((one) => one.method === method).map(({ result }) => result);
    return found.some((result) => FAILED.includes(result)) && !found.includes("pass");
  });
}

function ownResults({ headers }: Pick<ParsedMail, "headers">): string {
  let received = 0;
  for (const { name, value } of headers) {
    if (name === "received" && ++received > 1) return "";
    if (name === "authentication-results") return value;
  }
  return "";
}
