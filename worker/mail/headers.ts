import type { Settings } from "../platform/settings.ts";
import type { Letter } from "./letter.ts";
import { phraseOf } from "./mime.ts";
import type { ReturnAddressKind } from "./return-address.ts";

/** Gives the address at which mail about this mail comes in; null when none is read. */
export type AddressMaker = (kind: ReturnAddressKind) => Promise<string | null>;

/**
 * What the headers of a letter say beyond who, what and when: that no program is to answer it, how one leaves, and where
 * replies and complaints go.
 */
export async function headersOf(
  letter: Pick<Letter, "unsubscribe" | "list">,
  settings: Pick<Settings, "ORIGIN" | "COMPANY">,
  addressOf: AddressMaker,
): Promise<Record<string, string>> {
  const { unsubscribe, list } = letter;
  const waysOut = list ? await mailtoOf(addressOf) : [];
  return {
    ...(list ? await listHeaders(settings, addressOf) : AUTOMATIC),
    ...(unsubscribe
      ? {
          "List-Unsubscribe": [unsubscribe, ...waysOut].map((way) => `<${way}>`).join(", "),
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
      : {}),
  };
}

/**
 * RFC 3834 section 5: keeps autoresponders from answering. A newsletter is written by people, and so must not have it; its
 * Precedence and its List-Id say the same to them (section 2).
 */
const AUTOMATIC = { "Auto-Submitted": "auto-generated" };

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
