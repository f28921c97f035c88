import PostalMime, { type Attachment, type Email } from "postal-mime";

/** Of a mail no more is read than this: what is asked of it stands at its head, however long it is. */
const READ_AT_MOST = 1_000_000;
/** Beyond these a mail is taken for an attack, and is not read at all. */
const LIMITS = { maxNestingDepth: 128, maxHeadersSize: 500_000 };

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

/** Reads a mail. Gives null for what no mail program could read either, and never throws for what it says. */
export async function readIncoming(raw: ReadableStream<Uint8Array>): Promise<Incoming | null> {
  const head = await headOf(raw);
  try {
    return incomingOf(await PostalMime.parse(head, LIMITS));
  } catch {
    return null;
  }
}

function incomingOf({ headers, subject, text, html, attachments }: Email): Incoming {
  return {
    header: (name) => headers.find(({ key }) => key === name)?.value ?? "",
    subject: subject ?? "",
    text: text ?? textOfHtml(html ?? ""),
    parts: attachments.map((part) => ({ type: part.mimeType, text: contentOf(part) })),
  };
}

/** The stream is not cancelled: the mail may still be handed on. */
async function headOf(raw: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const head = new Uint8Array(READ_AT_MOST);
  const reader = raw.getReader();
  let length = 0;
  while (length < READ_AT_MOST) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, READ_AT_MOST - length);
    head.set(part, length);
    length += part.length;
  }
  reader.releaseLock();
  return head.subarray(0, length);
}

const lenient = new TextDecoder();

/** A report's parts are short; of a mail that is quoted its head is enough. */
const PART_AT_MOST = 100_000;

const contentOf = ({ content }: Attachment): string =>
  (typeof content === "string" ? content : lenient.decode(content)).slice(0, PART_AT_MOST);

/** Of HTML no more is read: patterns take longer the longer it is, and what is new stands on top. */
const HTML_AT_MOST = 10_000;

/** The words of HTML, its first quote and all after that left out. To find words in, never to show. */
function textOfHtml(html: string): string {
  const own = html.slice(0, HTML_AT_MOST).split(/<blockquote/i, 1)[0] ?? "";
  return own
    .replace(/<(style|script|head|title)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<(br|\/p|\/div|\/tr|\/h\d)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/gi, " ");
}
