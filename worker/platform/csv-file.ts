import { Buffer } from "node:buffer";
import Papa from "papaparse";

export const ENCODINGS = ["utf-8", "windows-1252", "utf-16le"] as const;
export const DELIMITERS = [",", ";", "\t"] as const;

/** How the bytes of a file are to be read. */
export interface Format {
  encoding: (typeof ENCODINGS)[number];
  delimiter: (typeof DELIMITERS)[number];
  /** "\r" only for files that know no other; "\n" reads "\r\n" as well. */
  newline: "\n" | "\r";
}

/** How a file is laid out, and which column holds what. */
export interface FilePlan extends Format {
  /** The names of the columns, each its own. */
  headings: readonly string[];
  /** Field → the name of the column in the file. */
  columns: Readonly<Record<string, string>>;
  /** The byte after the heading, and the number of the row there. */
  start: { offset: number; row: number };
}

/** A file is sent in parts of this many bytes, all but the last. */
export const PART = 262_144;
/** A longer record is none: nobody has so much to say of anyone. */
const LONGEST = 262_144;

/** What makes a file one that can never be read. */
export type FileFault = "not_text" | "bad_encoding" | "unclosed_quote" | "record_too_long" | "no_heading";

/** A file, or a piece of one, that cannot be read, and how many complete records stand before the place where that is. */
export class Unreadable extends Error {
  readonly code: FileFault;
  readonly records: number;

  constructor(code: FileFault, records = 0) {
    super(code);
    this.code = code;
    this.records = records;
  }
}

/** A record as it stands in the file, and the place in the text just after it. */
export interface FileRecord {
  cells: string[];
  end: number;
}

/**
 * The text of some bytes; a character that is cut off at their end is left out unless they are the last. Throws
 * Unreadable when they are not of that encoding, or are no text at all.
 */
function decode(bytes: Uint8Array, encoding: Format["encoding"], isLast: boolean): string {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !isLast });
  } catch {
    throw new Unreadable("bad_encoding");
  }
  if (text.includes("\0")) throw new Unreadable("not_text");
  return text;
}

/** How many bytes a text has in a file. */
function bytesOf(text: string, encoding: Format["encoding"]): number {
  if (encoding === "utf-8") return Buffer.byteLength(text);
  return encoding === "utf-16le" ? text.length * 2 : text.length;
}

/** How many of some bytes, from the first on, are of an encoding. */
function readable(bytes: Uint8Array, encoding: Format["encoding"]): number {
  let [good, bad] = [0, bytes.byteLength + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    try {
      new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

/** The complete records of a text, at most `most`. The last is complete when the text is the file's end. */
function readRecords(text: string, { delimiter, newline }: Format, isLast: boolean, most = Infinity): FileRecord[] {
  const records: FileRecord[] = [];
  let from = 0;
  // Read by "\n", a line that ends in "\r\n" leaves its "\r" in the last cell.
  const withoutReturn = (cell: string, index: number, cells: readonly string[]) =>
    index === cells.length - 1 && newline === "\n" ? cell.replace(/\r$/, "") : cell;
  const parser = new Papa.Parser({
    delimiter,
    newline,
    step({ data, errors, meta }: { data: string[][]; errors: Papa.ParseError[]; meta: Papa.ParseMeta }) {
      if (errors.some(({ code }) => code === "MissingQuotes")) throw new Unreadable("unclosed_quote", records.length);
      if (meta.cursor - from > LONGEST) throw new Unreadable("record_too_long", records.length);
      from = meta.cursor;
      records.push({ cells: (data[0] ?? []).map(withoutReturn), end: from });
      if (records.length >= most) parser.abort();
    },
  });
  parser.parse(text, 0, !isLast);
  return records;
}

/** The same, of a text that has at least a record's length. */
function readSome(text: string, format: Format, isLast: boolean, most?: number): FileRecord[] {
  const records = readRecords(text, format, isLast, most);
  if (records.length === 0 && !isLast) throw new Unreadable("record_too_long");
  return records;
}

/** Whether nothing stands in a record: an empty line, or one of delimiters only. */
export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");

/** The records of a piece of a file that begins where one does, at most `most`, and how many bytes they take. Throws Unreadable. */
export function readPiece(
  bytes: Uint8Array,
  format: Format,
  isLast: boolean,
  most?: number,
): { rows: string[][]; bytes: number } {
  const text = decodePiece(bytes, format, isLast);
  const records = readSome(text, format, isLast, most);
  const end = records.at(-1)?.end ?? 0;
  return { rows: records.map(({ cells }) => cells), bytes: bytesOf(text.slice(0, end), format.encoding) };
}

/** The text of a piece; one that is none says how many records stand before the place where that is. */
function decodePiece(bytes: Uint8Array, format: Format, isLast: boolean): string {
  const { encoding } = format;
  try {
    return decode(bytes, encoding, isLast);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const good = new TextDecoder(encoding).decode(bytes.subarray(0, readable(bytes, encoding)), { stream: true });
    const [before = ""] = good.split("\0", 1);
    throw new Unreadable(error.code, readRecords(before, format, false).length);
  }
}

/** What the beginning of a file holds. */
export interface FileHead extends Format {
  /** The names of the columns, each its own. */
  headings: string[];
  /** The first rows after the heading, with their numbers; the heading of a file is row 1. */
  rows: { row: number; cells: string[] }[];
  start: FilePlan["start"];
}

/** A first line by which Excel is told the delimiter; it shows it as no row. */
const SEPARATOR = /^"?sep=(.)"?(?:\r\n|\n|\r|$)/i;

/** Rows of a file that are shown before it is imported. */
const SHOWN = 10;

/** Reads the beginning of a file by what it is told and what it finds. Throws Unreadable. */
export function readHead(bytes: Uint8Array, isWhole: boolean, wish: Partial<Format> = {}): FileHead {
  const mark = markOf(bytes);
  const encoding = wish.encoding ?? mark?.encoding ?? guessEncoding(bytes, isWhole);
  const marked = mark?.encoding === encoding ? mark.length : 0;
  const whole = decode(bytes.subarray(marked), encoding, isWhole);
  const [line = "", named] = SEPARATOR.exec(whole) ?? [];
  const text = whole.slice(line.length);
  const newline = text.includes("\n") || !text.includes("\r") ? "\n" : "\r";
  const delimiter =
    wish.delimiter ?? DELIMITERS.find((known) => known === named) ?? guessDelimiter(text, newline, isWhole);
  const format: Format = { encoding, delimiter, newline };
  // Some empty lines may stand before the heading.
  const records = readSome(text, format, isWhole, SHOWN * 2);
  const place = records.findIndex(({ cells }) => !isBlank(cells));
  const heading = records[place];
  if (!heading) throw new Unreadable("no_heading");
  const rows = records.map(({ cells }, index) => ({ row: index + 1, cells }));
  return {
    ...format,
    headings: uniqueNames(heading.cells),
    rows: rows
      .slice(place + 1)
      .filter(({ cells }) => !isBlank(cells))
      .slice(0, SHOWN),
    start: { offset: marked + bytesOf(line + text.slice(0, heading.end), encoding), row: place + 2 },
  };
}

/** The byte order mark that a file begins with (Unicode 16, section 23.8). */
function markOf(bytes: Uint8Array): { encoding: Format["encoding"]; length: number } | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: "utf-8", length: 3 };
  return first === 0xff && second === 0xfe ? { encoding: "utf-16le", length: 2 } : undefined;
}

/** What is not UTF-8 is what Excel writes in our part of the world. */
function guessEncoding(bytes: Uint8Array, isWhole: boolean): Format["encoding"] {
  try {
    decode(bytes, "utf-8", isWhole);
    return "utf-8";
  } catch (error) {
    if (error instanceof Unreadable && error.code === "bad_encoding") return "windows-1252";
    throw error;
  }
}

/** The delimiter by which the first line has the most columns. By a wrong one its quotes may make no sense. */
function guessDelimiter(text: string, newline: Format["newline"], isWhole: boolean): Format["delimiter"] {
  let fault: unknown;
  const widths = DELIMITERS.flatMap((delimiter) => {
    try {
      return [{ delimiter, width: widthOf(text, { encoding: "utf-8", delimiter, newline }, isWhole) }];
    } catch (error) {
      fault ??= error;
      return [];
    }
  });
  if (widths.length === 0) throw fault;
  return widths.reduce((best, one) => (one.width > best.width ? one : best)).delimiter;
}

/** How many cells the first line has that is not blank. What stands below it is not looked at, where that can be. */
function widthOf(text: string, format: Format, isWhole: boolean): number {
  const widthIn = (records: readonly FileRecord[]) => records.find(({ cells }) => !isBlank(cells))?.cells.length;
  return widthIn(readSome(text, format, isWhole, 1)) ?? widthIn(readSome(text, format, isWhole, SHOWN)) ?? 0;
}

/** Names for columns: a second "naam" becomes "naam (2)", one without a name "(3)" by its place. */
function uniqueNames(cells: readonly string[]): string[] {
  const met = new Map<string, number>();
  return cells.map((cell, index) => {
    const name = cell.trim() || `(${index + 1})`;
    const count = (met.get(name) ?? 0) + 1;
    met.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
