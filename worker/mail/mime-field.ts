import { Buffer } from "node:buffer";
import { decoded } from "./charset.ts";

/** A header's value that has parameters, such as "text/plain; charset=utf-8": the value in lower case, each parameter by its name. */
export interface Field {
  value: string;
  params: ReadonlyMap<string, string>;
}

/** The pieces of a value between its semicolons, without comments, what is quoted as it is meant; `isLoose` when "a(1)" is no comment. */
export function piecesOf(value: string, isLoose = false, hasComments = true): string[] {
  const pieces: string[] = [];
  let [piece, depth, isQuoted, isAfterSpace] = ["", 0, false, true];
  for (let at = 0; at < value.length; at++) {
    let char = value.charAt(at);
    if (char === "\\" && (isQuoted || depth > 0)) char = value.charAt(++at);
    else if (depth > 0) {
      if (char === "(") depth++;
      if (char === ")") depth--;
      continue;
    } else if (char === '"') {
      isQuoted = !isQuoted;
      continue;
    } else if (!isQuoted && hasComments && char === "(" && (isAfterSpace || !isLoose)) {
      depth = 1;
      continue;
    } else if (!isQuoted && char === ";") {
      pieces.push(piece);
      [piece, isAfterSpace] = ["", true];
      continue;
    }
    if (depth > 0) continue;
    piece += char;
    isAfterSpace = char === " " || char === "\t";
  }
  // What is never closed is no comment, or a boundary behind it would be lost.
  return depth > 0 ? piecesOf(value, isLoose, false) : [...pieces, piece];
}

/** Reads a header's value and its parameters (RFC 2045 section 5.1, RFC 2231); of two of one name the first counts. */
export function fieldOf(text: string): Field {
  const [value = "", ...rest] = piecesOf(text, true);
  const params = new Map<string, string>();
  for (const piece of rest) {
    const equals = piece.indexOf("=");
    const name = piece.slice(0, equals).trim().toLowerCase();
    if (equals > 0 && !params.has(name)) params.set(name, piece.slice(equals + 1).trim());
  }
  return { value: value.trim().toLowerCase(), params: joined(params) };
}

/** A section of a long value (RFC 2231 sections 3 and 4): "filename*1*". */
const SECTION = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/;

function joined(params: ReadonlyMap<string, string>): Map<string, string> {
  const whole = new Map<string, string>();
  const sections = new Map<string, { place: number; text: string; isEncoded: boolean }[]>();
  for (const [key, text] of params) {
    const [, name, place, star] = SECTION.exec(key) ?? [];
    if (name === undefined) whole.set(key, text);
    else {
      const isEncoded = place === undefined || star !== undefined;
      const section = { place: Number(place ?? 0), text, isEncoded };
      const known = sections.get(name);
      if (known) known.push(section);
      else sections.set(name, [section]);
    }
  }
  for (const [name, parts] of sections) {
    const sorted = parts.sort((a, b) => a.place - b.place);
    const first = sorted[0];
    const [, charset = "", , start] = (first?.isEncoded && /^([^']*)'([^']*)'(.*)$/s.exec(first.text)) || [];
    if (first && start !== undefined) first.text = start;
    const bytes = Buffer.concat(sorted.map(({ text, isEncoded }) => (isEncoded ? unescaped(text) : Buffer.from(text))));
    whole.set(name, decoded(bytes, charset));
  }
  return whole;
}

const unescaped = (text: string): Buffer =>
  Buffer.from(
    Buffer.from(text)
      .toString("latin1")
      .replace(/%([0-9a-f]{2})/gi, (_: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );
