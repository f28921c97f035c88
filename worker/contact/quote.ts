/** Of a line no more is looked at. */
const LINE_AT_MOST = 400;
/** A signature has at most so many lines. */
const SIGNATURE_AT_MOST = 15;

/** What mail programs put above a mail that they answer, before its lines bear no mark. */
const ORIGINAL =
  /^-{2,} ?(original message|original appointment|oorspronkelijk bericht|oorspronkelijke bericht|ursprüngliche nachricht|originalnachricht|message d'origine|message original) ?-{2,}$/i;
/** The first line of the header that Outlook puts there, and the others, of which two must follow. */
const FROM = /^\*{0,2}(from|van|von|de)\s?:\*{0,2}\s?\S/i;
const FIELD = /^\*{0,2}(sent|date|to|cc|subject|verzonden|datum|aan|onderwerp|gesendet|an|betreff|envoyé|à|objet)\s?:/i;
const RULE = /^(_{5,}|-{5,}|\* \* \*)$/;
/** What telephones and programs put below a mail. */
const DEVICE =
  /^(?:(?:verstuurd|verzonden|sent|gesendet|envoyé) (?:vanaf|vanuit|van|met|from|via|with|von|mit|de|depuis)|get|download|von) .{0,40}\b(?:iphone|ipad|samsung|galaxy|android|huawei|outlook|gmail|yahoo|proton|mail|telefoon|phone|mobiel|mobile|handy|tablet)\b.{0,60}$/i;
/** The first words of what goes on below. */
const DATED = /^(op|on|am|le)\s/i;
const WROTE = /(^|\s)(schreef|wrote|schrieb|geschreven|a écrit)(?![\p{L}])/iu;

/**
 * The place in a text from where on only what is quoted, a signature or both follow, so that it can be folded; null when there is
 * no such place, or nothing of their own would stand before it. What they wrote below or among a quote is never behind it.
 */
export function quotedFrom(text: string): number | null {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lines = starts.map((start, index) =>
    text
      .slice(start, (starts[index + 1] ?? text.length + 1) - 1)
      .slice(0, LINE_AT_MOST)
      .trim(),
  );
  const first = lines.findIndex((line) => line !== "");
  const original = lines.findIndex((_, index) => index > first && beginsOriginal(lines, index));
  let end = withoutTail(lines, original < 0 ? lines.length : original);
  const signature = lines.slice(0, end).lastIndexOf("--");
  if (signature >= 0 && end - signature <= SIGNATURE_AT_MOST) end = withoutTail(lines, signature);
  const isFolded = lines.slice(end).some((line) => line !== "");
  const hasOwn = lines
    .slice(0, end)
    .some((line) => line !== "" && !isQuoted(line) && !ORIGINAL.test(line) && !RULE.test(line));
  return isFolded && hasOwn ? (starts[end] ?? null) : null;
}

const isQuoted = (line: string): boolean => line.startsWith(">");

/** Whether all below a line is a mail that is answered, none of whose lines bears a mark. */
function beginsOriginal(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (ORIGINAL.test(line) || isHeader(lines, RULE.test(line) ? nextOf(lines, index) : index)) return true;
  const length = attributionLength(lines, index);
  const next = length === 0 ? "" : (lines[nextOf(lines, index + length - 1)] ?? "");
  return next !== "" && !isQuoted(next);
}

function isHeader(lines: readonly string[], index: number): boolean {
  if (!FROM.test(lines[index] ?? "")) return false;
  return lines.slice(index + 1, index + 6).filter((line) => FIELD.test(line)).length >= 2;
}

/** The next line that is not empty, at most three on. */
function nextOf(lines: readonly string[], index: number): number {
  const found = lines.slice(index + 1, index + 4).findIndex((line) => line !== "");
  return index + 1 + Math.max(0, found);
}

/** How many lines, at most three, say when who wrote what follows ("Op 22 nov. 2026 schreef Sam:"); 0 when none do. */
function attributionLength(lines: readonly string[], index: number): number {
  const line = lines[index] ?? "";
  if (line === "" || isQuoted(line)) return 0;
  let said = "";
  for (let length = 1; length <= 3; length++) {
    const next = lines[index + length - 1] ?? "";
    if (next === "") return 0;
    said = `${said} ${next}`;
    if (next.endsWith(":")) return isAttribution(said.trim()) && (length === 1 || DATED.test(line)) ? length : 0;
  }
  return 0;
}

/** It names a time or a year, or an address, so that "I wrote:" is none. */
function isAttribution(said: string): boolean {
  return said.length <= LINE_AT_MOST && WROTE.test(said) && /\d{1,2}[:.]\d{2}|\d{4}|<\S+@\S+>/.test(said);
}

/** The end of lines without those at the end that are empty, quoted, of a device, or say whom they quote. */
function withoutTail(lines: readonly string[], from: number): number {
  let [end, hasQuote] = [from, false];
  for (;;) {
    const line = lines[end - 1];
    if (line === undefined) return end;
    const attribution =
      [3, 2, 1].find((length) => end >= length && attributionLength(lines, end - length) === length) ?? 0;
    if (line === "" || isQuoted(line) || DEVICE.test(line) || RULE.test(line)) {
      hasQuote ||= isQuoted(line);
      end--;
    } else if (attribution > 0 && hasQuote) end -= attribution;
    else return end;
  }
}
