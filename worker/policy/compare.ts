import { diffArrays } from "diff";

export type BlockKind = "h2" | "h3" | "li" | "p";

/** A run of words that stayed, came or went. */
export interface Span {
  kind: "same" | "added" | "removed";
  text: string;
}

/** A heading, paragraph or list item of the comparison. */
export interface ComparedBlock {
  kind: BlockKind;
  spans: Span[];
}

interface SourceBlock {
  kind: BlockKind;
  text: string;
}

/** Past this many differing words in one run, the old run is shown whole before the new: word by word would take long and read badly. */
const MOST_EDITS = 2_000;
/** Stands for the start of a block among words; holds a line break, so no word can be mistaken for it. */
const START = "\n";

/** Compares two Markdown texts: blocks first, then word by word within the blocks that differ. Headings are kept. */
export function compareTexts(before: string, after: string): ComparedBlock[] {
  const changes = diffArrays(blocksOf(before), blocksOf(after), {
    comparator: (a, b) => a.kind === b.kind && a.text === b.text,
  });
  const compared: ComparedBlock[] = [];
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i];
    const next = changes[i + 1];
    if (!change) continue;
    if (change.removed && next?.added) {
      compared.push(...compareWords(change.value, next.value));
      i++;
    } else {
      const kind = change.added ? "added" : change.removed ? "removed" : "same";
      compared.push(
        ...change.value.map((block) => ({ kind: block.kind, spans: [{ kind, text: block.text } as const] })),
      );
    }
  }
  return compared;
}

/** Splits Markdown into headings, list items and paragraphs, with inline marks taken off. */
export function blocksOf(markdown: string): SourceBlock[] {
  const blocks: SourceBlock[] = [];
  let open = false;
  for (const line of markdown.split(/\r?\n/)) {
    const text = plain(line);
    const last = blocks.at(-1);
    if (text === "") {
      open = false;
      continue;
    }
    const heading = /^(#{1,6})\s/.exec(line);
    if (heading) blocks.push({ kind: (heading[1]?.length ?? 0) > 2 ? "h3" : "h2", text });
    else if (/^\s*([-*+]|\d+[.)])\s/.test(line)) blocks.push({ kind: "li", text });
    else if (open && last) last.text += ` ${text}`;
    else blocks.push({ kind: "p", text });
    open = !heading;
  }
  return blocks;
}

function plain(line: string): string {
  return line
    .replace(/^\s*(#{1,6}|[-*+]|\d+[.)]|>)\s+/, "")
    .replace(/\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, "$1 ($2)")
    .replace(/(\*\*|__|`)/g, "")
    .trim();
}

function compareWords(before: SourceBlock[], after: SourceBlock[]): ComparedBlock[] {
  const changes = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MOST_EDITS }) ?? [
    { value: wordsOf(before), removed: true, added: false },
    { value: wordsOf(after), removed: false, added: true },
  ];
  const blocks: ComparedBlock[] = [];
  for (const { value, added, removed } of changes) {
    const kind = added ? "added" : removed ? "removed" : "same";
    for (const word of value) {
      if (word.startsWith(START)) {
        blocks.push({ kind: word.slice(START.length) as BlockKind, spans: [] });
        continue;
      }
      const spans = blocks.at(-1)?.spans;
      const last = spans?.at(-1);
      if (last?.kind === kind) last.text += ` ${word}`;
      else spans?.push({ kind, text: word });
    }
  }
  return blocks.filter((block) => block.spans.length > 0);
}

function wordsOf(blocks: SourceBlock[]): string[] {
  return blocks.flatMap(({ kind, text }) => [`${START}${kind}`, ...text.split(/\s+/)]);
}
