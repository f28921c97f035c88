import { normaliseAddress } from "../platform/address.ts";
import type { ParsedMail } from "./incoming.ts";
import { type AutomaticSign, automaticSign } from "./report.ts";

/** Why no program of ours answers a mail. */
export type AutomaticReason = AutomaticSign | "own-address" | "no-reply" | "auto-response-suppress" | "list";

const SIGNS: readonly string[] = ["null-sender", "report", "auto-submitted", "auto-reply"] satisfies AutomaticSign[];

/**
 * Why no program of ours answers a mail (RFC 3834 section 2, [MS-OXCMAIL] section 2.2.3.2.14); null when one may. That no person
 * wrote it goes before all else. Addresses of our own count with any tag.
 */
export function automaticReason(
  envelopeFrom: string,
  mail: ParsedMail,
  own: { addresses: readonly string[] },
): AutomaticReason | null {
  const sign = automaticSign(envelopeFrom, mail);
  if (sign !== null) return sign;
  const senders = [envelopeFrom, mail.from?.email ?? ""].map(untagged);
  const ours = own.addresses.map(untagged);
  if (senders.some((sender) => sender !== "" && ours.includes(sender))) return "own-address";
  if (senders.some((sender) => NOBODY.test(sender.slice(0, sender.lastIndexOf("@"))))) return "no-reply";
  if (!/^(none)?$/i.test(mail.header("x-auto-response-suppress"))) return "auto-response-suppress";
  return mail.headers.some(({ name }) => LIST.test(name)) ? "list" : null;
}

/** Whether a reason means that no person wrote a mail. By any other a person may have, and wants it read. */
export const isByProgram = (reason: AutomaticReason): boolean => SIGNS.includes(reason);

/** Names of mailboxes that nobody reads, or that only programs write from. */
const NOBODY =
  /(^|[-_.])(no[-_.]?reply|do[-_.]?not[-_.]?reply|no[-_.]?response|niet[-_.]?(be)?antwoorden|geen[-_.]?antwoord|nicht[-_.]?antworten|ne[-_.]?pas[-_.]?repondre)($|[-_.\d])|^(mailer-daemon|postmaster|nobody)$|^bounces?($|[-_.=\d])/;

/** RFC 2369, RFC 2919, and what older list programs write. */
const LIST = /^(list-(id|unsubscribe|subscribe|post|help|owner|archive)|mailing-list|x-mailing-list|x-beenthere)$/;

/** An address without its tag ("post+x@…"), in the form in which we store addresses; in lower case when it is none. */
function untagged(address: string): string {
  const plain = address.trim().replace(/^<(.*)>$/s, "$1");
  return (normaliseAddress(plain) ?? plain.toLowerCase()).replace(/\+[^@]*(?=@)/, "");
}
