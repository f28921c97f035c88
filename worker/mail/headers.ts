import type { Settings } from "../platform/settings.ts";
import type { Letter } from "./letter.ts";
import { phraseOf } from "./mime.ts";
import type { ReturnAddressKind } from "./return-address.ts";

/** Gives the address at which mail about this mail, or about what it belongs to, comes in; null when none is read. */
export type AddressMaker = (kind: ReturnAddressKind, of?: string) => Promise<string | null>;

/**
 * What the headers of a letter say beyond who, what and when: that no program is to answer it, how one leaves, and where
 * replies and complaints go.
 */
export async function headersOf(
  letter: Pick<Letter, "unsubscribe" | "list" | "conversation" | "author">,
  settings: Pick<Settings, "ORIGIN" | "COMPANY">,
  addressOf: AddressMaker,
): Promise<Record<string, string>> {
  const { unsubscribe, list, conversation, author } = letter;
  const waysOut = list ? await mailtoOf(addressOf) : [];
  return {
    ...(list ? await listHeaders(settings, addressOf) : automaticOf(author)),
    ...(conversation ? await threadHeaders(conversation, addressOf) : {}),
    ...(unsubscribe
      ? {
          "List-Unsubscribe": [unsubscribe, ...waysOut].map((way) => `<${way}>`).join(", "),
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
      : {}),
  };
}

/**
 * RFC 3834 section 5: keeps autoresponders from answering. A newsletter and an answer are written by people, and so must not have it;
 * a newsletter's Precedence and its List-Id say the same to them (section 2).
 */
function automaticOf(author: Letter["author"]): Record<string, string> {
  switch (author) {
    case "person":
      return {};
    case "responder":
      // For Exchange, which knows no Auto-Submitted.
      return { "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All" };
    case undefined:
      return { "Auto-Submitted": "auto-generated" };
  }
}

/** RFC 5322 section 3.6.4: mail programs put it below what it answers; replies come to the conversation's own address. */
async function threadHeaders({ id, answers }: NonNullable<Letter["conversation"]>, addressOf: AddressMaker) {
  const reply = await addressOf("conversation", id);
  return {
    ...(answers === null ? {} : { "In-Reply-To": answers, References: answers }),
    ...(reply === null ? {} : { "Reply-To": reply }),
  };
}

/** Comes after the link: RFC 8058 asks for one of HTTPS, and clients that know it only then look no further. */
async function mailtoOf(addressOf: AddressMaker): Promise<string[]> {
  const address = await addressOf("leave");
  return address === null ? [] : [`mailto:${address}?subject=unsubscribe`];
}

async function listHeaders({ ORIGIN, COMPANY }: Pick<Settings, "ORIGIN" | "COMPANY">, addressOf: AddressMaker) {
  const [reply, bounce] = await Promise.all([addressOf("reply"), addressOf("bounce")]);
  return {
    // RFC 2919.
    "List-Id": `${phraseOf(COMPANY)} <newsletter.${new URL(ORIGIN).hostname}>`,
    Precedence: "bulk",
    ...(reply === null ? {} : { "Reply-To": reply }),
    // RFC 9477: complaints, to an address that names the mail by itself.
    ...(bounce === null ? {} : { "CFBL-Address": `${bounce}; report=arf` }),
  };
}
