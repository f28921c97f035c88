import { decoded, unflowed } from "./charset.ts";
import { htmlText } from "./html-text.ts";
import type { Part } from "./mime-parts.ts";
import { unpacked } from "./transfer.ts";

const TEXT_AT_MOST = 100_000;
/** Of a part that is text no more bytes are read. HTML has more of them, and pictures written out among them. */
const READ_AT_MOST = { plain: 1_000_000, html: 4_000_000 };

/** The name that a part gives itself; "" when it has none. */
export const givenName = ({ disposition, type }: Part): string =>
  disposition.params.get("filename") ?? type.params.get("name") ?? "";

/** Whether a part is what the mail says, and no file: text, of which only the first part may have a name. */
export function isBody(part: Part, isFirst: boolean): boolean {
  const isText = ["text/plain", "text/html"].includes(part.type.value) && part.disposition.value !== "attachment";
  return isText && (isFirst || givenName(part) === "");
}

/** What some programs write for those who cannot read HTML, and nothing else. */
const STUB =
  /^(?=.{0,300}$)[^.!]*\b(html|e-?mail (client|programm?a?|reader)|mime)\b.*\b(view|see|read|support|display|enable|bekijk|lezen|ondersteun|weergeven|anzeigen|unterst)/is;

/** What those parts say together, as plain text of at most 100,000 characters, and whether they say more. */
export function saidBy(body: readonly Part[]): { text: string; isCut: boolean } {
  const texts: string[] = [];
  let [length, isCut] = [0, false];
  for (const part of shownOf(body)) {
    if (length > TEXT_AT_MOST) {
      isCut = true;
      break;
    }
    const { text, isWhole } = wordsOf(part);
    if (text !== "") texts.push(text);
    length += text.length;
    isCut ||= !isWhole;
  }
  const all = texts.join("\n\n");
  isCut ||= all.length > TEXT_AT_MOST;
  return { text: all.slice(0, TEXT_AT_MOST).replace(/[\ud800-\udbff]$/, ""), isCut };
}

/** Of texts that say the same the plain ones are shown, unless they say nothing. */
function shownOf(body: readonly Part[]): Part[] {
  const choices = Map.groupBy(body, ({ choice }) => choice);
  const kinds = new Map([...choices].map(([choice, same]) => [choice, kindOf(same)]));
  return body.filter(({ choice, type }) => choice === null || type.value === kinds.get(choice));
}

function kindOf(same: readonly Part[]): "text/html" | "text/plain" {
  const hasHtml = same.some(({ type }) => type.value === "text/html");
  return hasHtml && same.every((part) => part.type.value === "text/html" || isEmpty(part)) ? "text/html" : "text/plain";
}

function isEmpty(part: Part): boolean {
  const { text } = wordsOf({ ...part, body: part.body.subarray(0, 4_000) });
  return text.trim() === "" || STUB.test(text.trim());
}

function wordsOf({ type, encoding, body }: Part): { text: string; isWhole: boolean } {
  const isHtml = type.value === "text/html";
  const most = isHtml ? READ_AT_MOST.html : READ_AT_MOST.plain;
  const read = decoded(unpacked(body.subarray(0, most), encoding), type.params.get("charset") ?? "");
  const { text, isWhole } = isHtml ? htmlText(read, TEXT_AT_MOST) : { text: flowing(read, type), isWhole: true };
  return { text: cleaned(text), isWhole: isWhole && body.length <= most };
}

function flowing(text: string, { params }: Part["type"]): string {
  const isFlowed = /^flowed$/i.test(params.get("format") ?? "");
  return isFlowed ? unflowed(text, /^yes$/i.test(params.get("delsp") ?? "")) : text;
}

const cleaned = (text: string): string =>
  text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/[^\P{Cc}\n\t]|\ufeff/gu, "")
    .trimEnd()
    .toWellFormed();
