import { fromBase64url, sameInConstantTime } from "../platform/bytes.ts";
import type { Settings } from "../platform/settings.ts";
import { keyed, type TokenMaker } from "../platform/tokens.ts";

/** What comes to an address of ours: a mail that came back (and complaints), a reply, a wish to leave, and more of a conversation. */
const LETTERS = { bounce: "b", reply: "r", leave: "l", conversation: "c" } as const;
export type ReturnAddressKind = keyof typeof LETTERS;

/** What mail to an address is about, and the mail of ours that it names, or the conversation. */
export interface ReturnAddress {
  kind: ReturnAddressKind;
  id: string;
}

/** Mail servers fold case, so that base64 would not come back as it went. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Ids of mails and conversations have 132 bits: 22 characters of base64url, 27 of base32. */
const ID = /^[\w-]{22}$/;
/** 80 bits. With a name of 16 characters before it, a local part has 63; RFC 5321 section 4.5.3.1.1 allows 64. */
const MAC_BYTES = 10;
const MARK = /([brlc])-([a-z2-7]{27})\.([a-z2-7]{16})/;

type Keys = Pick<TokenMaker, "settings"> & { readonly settings: Pick<Settings, "INBOUND_ADDRESS"> };

/** The address that mail about one of our mails or conversations comes to; null when none is read, or when it is none of ours. */
export async function addressFor(rt: Keys, kind: ReturnAddressKind, named: string): Promise<string | null> {
  const [local, domain] = rt.settings.INBOUND_ADDRESS.split("@");
  if (!local || !domain || !ID.test(named)) return null;
  return `${local}+${LETTERS[kind]}-${idInBase32(named)}.${await macOf(rt, kind, named)}@${domain}`;
}

/** What an address that `addressFor` made is about, in whatever case it came back; null for any other. */
export async function openAddress(rt: Keys, address: string): Promise<ReturnAddress | null> {
  const [local, domain] = rt.settings.INBOUND_ADDRESS.split("@");
  const lower = address.trim().toLowerCase();
  if (!local || !lower.startsWith(`${local}+`) || !lower.endsWith(`@${domain}`)) return null;
  const [mark, letter, digits = "", mac = ""] = MARK.exec(lower) ?? [];
  if (mark === undefined || lower !== `${local}+${mark}@${domain}`) return null;
  const kind = (Object.keys(LETTERS) as ReturnAddressKind[]).find((known) => LETTERS[known] === letter);
  const id = idFromBase32(digits);
  if (kind === undefined || id === null) return null;
  return sameInConstantTime(mac, await macOf(rt, kind, id)) ? { kind, id } : null;
}

/** All that looks like an address of `addressFor` in a text, at most `most`: to be opened, not to be believed. */
export function addressesIn({ settings }: Keys, text: string, most = 10): string[] {
  const [local, domain] = settings.INBOUND_ADDRESS.split("@");
  if (!local || !domain) return [];
  const escaped = domain.replaceAll(".", "\\.");
  const found = text.matchAll(new RegExp(`\\b${local}\\+${MARK.source}@${escaped}`, "gi"));
  return [...new Set([...found.take(most)].map(([address]) => address))];
}

async function macOf(rt: Keys, kind: ReturnAddressKind, id: string): Promise<string> {
  const mac = fromBase64url(await keyed(rt, `return-address:${kind}`, id)).subarray(0, MAC_BYTES);
  return written(regroup(mac, 8, 5), BASE32);
}

const idInBase32 = (id: string): string => written(regroup(read(id, BASE64URL), 6, 5), BASE32);

/** Null for a text with other last bits than `idInBase32` adds: an id is written in one way only. */
function idFromBase32(text: string): string | null {
  const id = written(regroup(read(text, BASE32), 5, 6), BASE64URL).slice(0, 22);
  return idInBase32(id) === text ? id : null;
}

const read = (text: string, alphabet: string): number[] => [...text].map((digit) => alphabet.indexOf(digit));
const written = (digits: readonly number[], alphabet: string): string =>
  digits.map((digit) => alphabet[digit]).join("");

/** Digits of `from` bits as digits of `to` bits, with noughts after the last. */
function regroup(digits: Iterable<number>, from: number, to: number): number[] {
  const out: number[] = [];
  let [held, bits] = [0, 0];
  for (const digit of digits) {
    held = (held << from) | digit;
    bits += from;
    for (; bits >= to; bits -= to) out.push((held >> (bits - to)) & (2 ** to - 1));
    held &= 2 ** bits - 1;
  }
  if (bits > 0) out.push((held << (to - bits)) & (2 ** to - 1));
  return out;
}
