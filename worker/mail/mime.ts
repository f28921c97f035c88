import { encodeWords, foldLines, quoteString } from "nodemailer/lib/mime-funcs";
import { encode, wrap } from "nodemailer/lib/qp";
import type { OutgoingMail } from "./letter.ts";

/** A line break in a value would begin a header of a stranger's. */
const CONTROLS = /\p{Cc}+/gu;

/**
 * A mail as it goes over the wire (RFC 5322, with a text and an HTML part). Written here because a general composer is made
 * of streams, which on workerd cost twenty milliseconds a mail: half an hour of computing for every hundred thousand customers.
 */
export function mimeOf({ id, from, to, subject, text, html, messageId, date, headers }: OutgoingMail): string {
  // No encoded text holds "=_" (RFC 2045 section 6.7), so that no line of it can be mistaken for the boundary.
  const boundary = `=_${id}`;
  const head = Object.entries({
    From: mailbox(from),
    To: to,
    Subject: encodeWords(subject, "Q", 52, true),
    "Message-ID": messageId,
    Date: new Date(date).toUTCString().replace("GMT", "+0000"),
    ...headers,
    "MIME-Version": "1.0",
    "Content-Type": `multipart/alternative; boundary="${boundary}"`,
  }).map(([name, value]) => foldLines(`${name}: ${value.replace(CONTROLS, " ")}`, 76));
  const parts = [part("plain", text), part("html", html)].map((lines) => `--${boundary}\r\n${lines}\r\n`);
  return `${head.join("\r\n")}\r\n\r\n${parts.join("")}--${boundary}--\r\n`;
}

/** The address in "Name <address>". */
export const addressIn = (mailbox: string): string => /<([^>]+)>/.exec(mailbox)?.[1] ?? mailbox;

/** "Name <address>" with the name as it may stand in a header; in MAIL_FROM it may be quoted or not. */
function mailbox(from: string): string {
  const name = from
    .slice(0, from.indexOf("<"))
    .trim()
    .replace(/^"(.*)"$/, "$1");
  return `${phraseOf(name)} <${addressIn(from)}>`;
}

/** A name as it may stand in a header before an address (RFC 5322 section 3.2.5): as it is, quoted, or in encoded words. */
export function phraseOf(name: string): string {
  const isPlain = /^[\w ]*$/.test(name);
  const isAscii = /^[\x20-\x7e]*$/.test(name);
  return isPlain ? name : isAscii ? quoteString(name) : encodeWords(name, "Q", 52, true);
}

function part(kind: "plain" | "html", text: string): string {
  const body = wrap(encode(text.replace(/\r?\n/g, "\r\n")), 76);
  return `Content-Type: text/${kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}`;
}
