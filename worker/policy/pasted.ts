/** A bullet as a word processor or a mail pastes it. */
const BULLET = /^[ \t]*[•‣▪●◦·]\s+/;
/** A heading in Markdown: with hashes, or underlined. */
const HEADING = /^ {0,3}(#{1,6}\s|={2,}\s*$|-{2,}\s*$)/;
/** A short line that begins like a sentence and does not end like one. */
const LOOKS_LIKE_HEADING = /^\s*\p{Lu}[^\n]{0,70}[^\s.,:;!?]\s*$/u;

/**
 * A text as Markdown. Policies are pasted from documents: a "•" begins a list item; and where no heading is marked at
 * all, a short line by itself with text below it is one. What is Markdown already stays as it is.
 */
export function asMarkdown(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(BULLET, "- "));
  if (lines.some((line) => HEADING.test(line))) return lines.join("\n");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  const isAlone = (at: number) => !lines[at - 1]?.trim() && !lines[at + 1]?.trim() && at < last;
  return lines
    .map((line, at) => (LOOKS_LIKE_HEADING.test(line) && isAlone(at) ? `## ${line.trim()}` : line))
    .join("\n");
}
