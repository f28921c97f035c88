import { Buffer } from "node:buffer";
import { decoded } from "./charset.ts";
import { type Field, fieldOf } from "./mime-field.ts";

/** A line of a mail's head, unfolded: its name in lower case. */
export interface Header {
  name: string;
  value: string;
}

/** A part of a mail that has no parts itself. Its body is packed as `encoding` says, and is a view of the mail. */
export interface Part {
  headers: readonly Header[];
  type: Field;
  disposition: Field;
  encoding: string;
  body: Buffer;
  /** Parts of one number say the same in other ways (multipart/alternative); null stands for itself. */
  choice: number | null;
}

/** Of a head no more is read than this. */
const HEAD_AT_MOST = 1_000_000;
/** Beyond this depth what has parts is taken as it stands, for one part; so that of a long mail no more than so many bytes are looked at. */
const DEEPEST = 100;
const LOOKED_AT_MOST = 500_000_000;
/** More parts than this nobody sends: the last holds what is left. */
export const MOST_PARTS = 1_000;

const [NEWLINE, RETURN] = [0x0a, 0x0d];

/** The first value of a header; "" when there is none. */
export const headerIn = (headers: readonly Header[], name: string): string =>
  headers.find((header) => header.name === name)?.value ?? "";

/**
 * A mail's headers and its parts in order. Each byte is looked at as often as parts stand within one another.
 * Never throws: what breaks off or makes no sense is taken as far as it goes, and what has no parts where they should be for text.
 */
export function readMime(mail: Uint8Array): { headers: readonly Header[]; parts: readonly Part[] } {
  const whole = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength);
  const root = entityOf(
    whole.includes(NEWLINE) ? whole : Buffer.from(whole.map((byte: number) => (byte === RETURN ? NEWLINE : byte))),
  );
  // Without a head all that stands there is what it says.
  const entity = root.headers.length > 0 ? root : { headers: [], body: whole };
  const parts: Part[] = [];
  const levels = Math.min(DEEPEST, Math.floor(LOOKED_AT_MOST / whole.length));
  collect(entity, "text/plain", null, levels, parts);
  return { headers: entity.headers, parts };
}

interface Entity {
  headers: readonly Header[];
  body: Buffer;
}

function collect(entity: Entity, usual: string, choice: number | null, levels: number, parts: Part[]): void {
  if (parts.length >= MOST_PARTS) return;
  const { headers, body } = entity;
  const type = typeOf(headerIn(headers, "content-type"), usual);
  const [, kind] = /^multipart\/(.*)$/.exec(type.value) ?? [];
  const sections = kind === undefined || levels === 0 ? [] : sectionsOf(body, type.params.get("boundary") ?? "");
  if (sections.length > 0) {
    const inner = kind === "alternative" ? parts.length : choice;
    for (const section of sections) {
      collect(entityOf(section), kind === "digest" ? "message/rfc822" : "text/plain", inner, levels - 1, parts);
    }
    return;
  }
  const isText = kind !== undefined && levels > 0;
  parts.push({
    headers,
    type: isText ? { ...type, value: "text/plain" } : type,
    disposition: fieldOf(headerIn(headers, "content-disposition")),
    encoding: fieldOf(headerIn(headers, "content-transfer-encoding")).value,
    body,
    choice,
  });
}

/** RFC 2045 section 5.2: a type that makes no sense is text. */
function typeOf(value: string, usual: string): Field {
  const type = fieldOf(value === "" ? usual : value);
  return /^[^\s/]+\/[^\s/]+$/.test(type.value) ? type : { ...type, value: "text/plain" };
}

function entityOf(bytes: Buffer): Entity {
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    if (end === at || (end === at + 1 && bytes[at] === RETURN)) {
      return { headers: headersOf(bytes.subarray(0, at)), body: bytes.subarray(end + 1) };
    }
    at = end + 1;
  }
  return { headers: headersOf(bytes), body: bytes.subarray(bytes.length) };
}

/** RFC 5322 section 2.2: a name has no spaces; lines that are no header are left out. */
const HEADER = /^([!-9;-~]+)[ \t]*:(.*)$/s;

function headersOf(head: Buffer): Header[] {
  const fields: string[][] = [];
  for (const line of decoded(head.subarray(0, HEAD_AT_MOST), "").split(/\r?\n/)) {
    const last = fields.at(-1);
    if (last && /^[ \t]/.test(line)) last.push(line);
    else fields.push([line]);
  }
  return fields.flatMap((lines) => {
    const [, name, value = ""] = HEADER.exec(lines.join("")) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value.replace(/\p{Cc}/gu, " ").trim() }];
  });
}

/** What stands between the lines of a boundary; none when there is no such line. */
function sectionsOf(body: Buffer, boundary: string): Buffer[] {
  if (boundary === "") return [];
  const mark = Buffer.from(`--${boundary}`);
  const sections: Buffer[] = [];
  let start = -1;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== NEWLINE) continue;
    const newline = body.indexOf(NEWLINE, at + mark.length);
    const end = newline < 0 ? body.length : newline;
    const rest = body.toString("latin1", at + mark.length, Math.min(end, at + mark.length + 100)).trimEnd();
    // Another boundary may begin with this one.
    if (rest !== "" && rest !== "--") continue;
    if (sections.length >= MOST_PARTS - 1) break;
    if (start >= 0) sections.push(body.subarray(start, breakBefore(body, at, start)));
    // Some programs end their parts too early: what follows another such line counts as well.
    start = rest === "--" ? -1 : end + 1;
  }
  if (start >= 0) sections.push(body.subarray(start));
  return sections;
}

/** The line break before a boundary belongs to it (RFC 2046 section 5.1.1). */
function breakBefore(body: Buffer, at: number, start: number): number {
  const end = at - 1;
  return Math.max(start, end > 0 && body[end - 1] === RETURN ? end - 1 : end);
}
