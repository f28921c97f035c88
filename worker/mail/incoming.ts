import { addressParser, decodeWords } from "postal-mime";
import { addressesWithin, normaliseAddress } from "../platform/address.ts";
import { decoded } from "./charset.ts";
import { fileName } from "./file-name.ts";
import { type Header, headerIn, MOST_PARTS, type Part, readMime } from "./mime-parts.ts";
import { givenName, isBody, saidBy } from "./said.ts";
import { unpacked } from "./transfer.ts";

/** Of a mail that is only looked into no more is read than this: what is asked of it stands at its head. */
const HEAD_AT_MOST = 1_000_000;
const SUBJECT_AT_MOST = 150;
const ANSWERS_AT_MOST = 50;
const RECIPIENTS_AT_MOST = 100;
/** A header that names people, or is one line, is read no further. */
const LINE_AT_MOST = 10_000;
/** A report's parts are short; of a mail that is quoted its head is enough. */
const PART_AT_MOST = 100_000;

/** A mail that came in, as far as it is read. Nothing that it says of itself is to be believed. */
export interface Incoming {
  /** The first value of a header, by its name in lower case; "" when there is none. */
  header(name: string): string;
  subject: string;
  /** What it says, as text. */
  text: string;
  /** Its parts that are not what it says, such as those of a report, as text. */
  parts: readonly { type: string; text: string }[];
}

/** A whole mail that came in. Nothing that it says of itself is to be believed. */
export interface ParsedMail extends Incoming {
  /** Who it says it is from, as we store addresses; null when no address can be used. A name that is an address is none. */
  from: { email: string; name: string | null } | null;
  /** One line without control characters, at most 150 characters. */
  subject: string;
  /** What it says as plain text: lines end in "\n", no other control character but "\t", at most 100,000 characters. */
  text: string;
  /** Whether it says more than that. */
  isCut: boolean;
  /** Its Message-ID with its brackets; null when it has none that is sane. */
  messageId: string | null;
  /** The Message-IDs that it says it answers, each once, the last 50, oldest first. */
  answers: readonly string[];
  /** What is attached to it, pictures in its text, invitations and mails too. */
  files: readonly { name: string; bytes: Uint8Array }[];
  /** All its headers in order, names in lower case. */
  headers: readonly Header[];
  /** Whom it says it is to (To and Cc), as we store addresses, each once, at most 100. */
  recipients: readonly string[];
}

/** Reads a mail by its head. Gives null for what no mail program could read either, and never throws for what it says. */
export const readIncoming = (bytes: Uint8Array): Promise<Incoming | null> => parseMail(bytes.subarray(0, HEAD_AT_MOST));

/**
 * Reads a mail. Gives null for what no mail program could read either: no header, and no words. Never throws for what it says,
 * and takes time in step with its length.
 */
export async function parseMail(bytes: Uint8Array): Promise<ParsedMail | null> {
  const { headers, parts } = readMime(bytes);
  const body = parts.filter((part, index) => isBody(part, index === 0));
  const said = saidBy(body);
  if (headers.length === 0 && (said.text === "" || bytes.includes(0))) return null;
  const others = parts.filter((part) => !body.includes(part));
  return {
    header: (name) => headerIn(headers, name),
    headers,
    from: senderIn(headerIn(headers, "from")),
    recipients: recipientsIn(headers),
    subject: lineOf(headerIn(headers, "subject"), SUBJECT_AT_MOST),
    ...said,
    isCut: said.isCut || parts.length >= MOST_PARTS,
    messageId: messageIdsIn(headerIn(headers, "message-id"))[0] ?? null,
    answers: answersIn(headers),
    files: others.map((part, index) => ({ name: nameOf(part, index + 1), bytes: unpacked(part.body, part.encoding) })),
    get parts() {
      return others.map((part) => ({ type: part.type.value, text: reportText(part) }));
    },
  };
}

const nameOf = (part: Part, place: number): string =>
  fileName(decodeWords(givenName(part).slice(0, 10_000)), part.type.value, place);

function reportText({ type, encoding, body }: Part): string {
  if (!/^(text|message)\//.test(type.value)) return "";
  return decoded(unpacked(body.subarray(0, PART_AT_MOST), encoding), type.params.get("charset") ?? "");
}

/** What would turn the writing that stands beside it round (UAX 9). */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

const lineOf = (value: string, most: number): string =>
  decodeWords(value.slice(0, LINE_AT_MOST))
    .replace(TURNING, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, most)
    .replace(/[\ud800-\udbff]$/, "")
    .toWellFormed();

function mailboxesIn(value: string) {
  return addressParser(value.slice(0, LINE_AT_MOST), { flatten: true }).flatMap(({ address, name }) => {
    const email = normaliseAddress(address ?? "");
    return email === null ? [] : [{ email, name }];
  });
}

function senderIn(value: string): ParsedMail["from"] {
  // What the grammar makes nothing of, such as comments within one another, may still name somebody; but never what is quoted.
  const [named] = addressesWithin(value.slice(0, LINE_AT_MOST).replace(/"[^"]*"?/g, " "));
  const sender = mailboxesIn(value)[0] ?? (named === undefined ? undefined : { email: named, name: "" });
  if (!sender) return null;
  const name = lineOf(sender.name, SUBJECT_AT_MOST);
  return { email: sender.email, name: name === "" || addressesWithin(name).length > 0 ? null : name };
}

function recipientsIn(headers: readonly Header[]): string[] {
  const all = headers.flatMap(({ name, value }) => (name === "to" || name === "cc" ? mailboxesIn(value) : []));
  return [...new Set(all.map(({ email }) => email))].slice(0, RECIPIENTS_AT_MOST);
}

/** Brackets and all at most 250 characters, none of them a space. */
const messageIdsIn = (value: string): string[] => value.match(/<[!-;=?-~]{1,248}>/g) ?? [];

function answersIn(headers: readonly Header[]): string[] {
  const named = ["references", "in-reply-to"].flatMap((name) => messageIdsIn(headerIn(headers, name)));
  return [...new Set(named)].slice(-ANSWERS_AT_MOST);
}
