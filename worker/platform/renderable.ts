/** Lines, and the marks of lists and quotes at their beginning, in one text. */
const MOST_PARTS = 3_000;
/** Lists and quotes within one another; each takes two columns or more. */
const DEEPEST = 20;
/** Brackets, backticks, asterisks and the like in one paragraph, and in all. */
const MOST_MARKS = 300;
const MOST_MARKS_IN_ALL = 6_000;

const OPENING = /^(?:[ \t]*(?:>|(?:[*+•-]|\d{1,9}[.)])(?=\s)))*[ \t]*/;

/**
 * Whether Markdown can be rendered in little time. What lists, quotes and marks within one another cost grows with the
 * square of their number, or worse; no text that people can read comes near these bounds.
 */
export function isRenderable(markdown: string): boolean {
  const lines = markdown.split(/\r\n?|\n/);
  let parts = lines.length;
  let marks = 0;
  let allMarks = 0;
  for (const line of lines) {
    const [opening = ""] = OPENING.exec(line) ?? [];
    const nested = opening.match(/[>*+•-]|\d+[.)]/g)?.length ?? 0;
    if (nested > DEEPEST || opening.length > 4 * DEEPEST) return false;
    const found = line.match(/[[\]`*_<&!\\]/g)?.length ?? 0;
    marks = line.trim() === "" ? 0 : marks + found;
    allMarks += found;
    parts += nested;
    if (parts > MOST_PARTS || marks > MOST_MARKS || allMarks > MOST_MARKS_IN_ALL) return false;
  }
  return true;
}
