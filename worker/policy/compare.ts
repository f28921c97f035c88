import { diffArrays } from "diff";
import { align, sideBySide } from "./align.ts";
import { asMarkdown } from "./pasted.ts";

export type BlockKind = "h2" | "h3" | "li" | "p";
type SpanKind = "same" | "added" | "removed";

/** A run of words that stayed, came or went. */
export interface Span {
  kind: SpanKind;
  text: string;
}

/** A heading, paragraph or list item of the comparison. */
export interface ComparedBlock {
  kind: BlockKind;
  spans: Span[];
}

/** A heading with what stands under it; the first may have none. */
export interface ComparedSection {
  heading: ComparedBlock | null;
  blocks: ComparedBlock[];
  isChanged: boolean;
}

interface SourceBlock {
  kind: BlockKind;
  text: string;
}

interface Run {
  kind: SpanKind;
  words: readonly string[];
}

/** Past this many words that differ within one paragraph, its sentences are compared first, and then the words in those. */
const MOST_EDITS = 400;
/** So few words that stayed, between words that changed, are read with those: they are chance more often than sense. */
const FEW = 2;

/**
 * Compares two texts, Markdown or pasted: first which paragraph became which, then word by word within those. Headings
 * are kept. Without what was added it is the old text, without what was removed the new.
 */
export function compareTexts(before: string, after: string): ComparedBlock[] {
  const [old, now] = [blocksOf(before), blocksOf(after)];
  const [oldWords, nowWords] = [old.map(wordsOf), now.map(wordsOf)];
  const opens = { before: (i: number) => isHeading(old[i]), after: (j: number) => isHeading(now[j]) };
  const pairs = align(oldWords, nowWords, (i, j) => opens.before(i) === opens.after(j));
  const compared: ComparedBlock[] = [];
  for (const [i = -1, j = -1] of sideBySide(pairs, old.length, now.length, opens)) {
    const kind = (now[j] ?? old[i])?.kind ?? "p";
    compared.push({ kind, spans: spansOf(compareWords(oldWords[i] ?? [], nowWords[j] ?? [])) });
  }
  return compared;
}

/** The comparison by its headings of the first rank. */
export function sectionsOf(blocks: readonly ComparedBlock[]): ComparedSection[] {
  const sections: ComparedSection[] = [];
  for (const block of blocks) {
    let last = sections.at(-1);
    if (!last || block.kind === "h2") {
      last = { heading: block.kind === "h2" ? block : null, blocks: [], isChanged: false };
      sections.push(last);
    }
    if (block !== last.heading) last.blocks.push(block);
    last.isChanged ||= block.spans.some(({ kind }) => kind !== "same");
  }
  return sections;
}

/** Splits a text into headings, list items and paragraphs, with inline marks taken off. */
export function blocksOf(text: string): SourceBlock[] {
  const blocks: SourceBlock[] = [];
  let open = false;
  for (const line of asMarkdown(text).split("\n")) {
    const words = plain(line);
    const last = blocks.at(-1);
    if (words === "") {
      open = false;
      continue;
    }
    const heading = /^ {0,3}(#{1,6})\s/.exec(line);
    if (heading) blocks.push({ kind: (heading[1]?.length ?? 0) > 2 ? "h3" : "h2", text: words });
    else if (/^\s*([-*+]|\d+[.)])\s/.test(line)) blocks.push({ kind: "li", text: words });
    else if (open && last) last.text += ` ${words}`;
    else blocks.push({ kind: "p", text: words });
    open = !heading;
  }
  return blocks;
}

/** A line without its marks. Each pattern ends within a few steps of where it began, whatever the line is. */
function plain(line: string): string {
  return line
    .replace(/^\s*(#{1,6}|[-*+]|\d+[.)]|>)\s+/, "")
    .replace(/\[([^[\]]{0,500})\]\(([^()\s]{0,1000})(\s"[^"()]{0,200}")?\)/g, "$1 ($2)")
    .replace(/(\*\*|__|`)/g, "")
    .trim();
}

const wordsOf = ({ text }: SourceBlock): string[] => text.split(/\s+/);
const isHeading = (block: SourceBlock | undefined): boolean => block?.kind === "h2" || block?.kind === "h3";

function compareWords(before: readonly string[], after: readonly string[]): readonly Run[] {
  if (before.length === after.length && before.every((word, index) => word === after[index])) {
    return [{ kind: "same", words: before }];
  }
  const whole = diffWords(before, after);
  if (whole) return whole;
  const [old, now] = [sentencesOf(before), sentencesOf(after)];
  const runs: Run[] = [];
  for (const [i = -1, j = -1] of sideBySide(align(old, now), old.length, now.length)) {
    const [was, is] = [old[i] ?? [], now[j] ?? []];
    runs.push(...(diffWords(was, is) ?? [asRemoved(was), asAdded(is)]));
  }
  return runs;
}

const asRemoved = (words: readonly string[]): Run => ({ kind: "removed", words });
const asAdded = (words: readonly string[]): Run => ({ kind: "added", words });

/** Word by word; undefined when too much differs. */
function diffWords(before: readonly string[], after: readonly string[]): Run[] | undefined {
  if (before.length === 0) return [asAdded(after)];
  if (after.length === 0) return [asRemoved(before)];
  return diffArrays([...before], [...after], { maxEditLength: MOST_EDITS })?.map(({ value, added, removed }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    words: value,
  }));
}

function sentencesOf(words: readonly string[]): readonly (readonly string[])[] {
  const sentences: string[][] = [[]];
  for (const word of words) {
    sentences.at(-1)?.push(word);
    if (/[.!?;:]$/.test(word)) sentences.push([]);
  }
  return sentences.filter((sentence) => sentence.length > 0);
}

/** One by one: the words of a long text are more than a call takes arguments. */
function append(to: string[], words: readonly string[]): void {
  for (const word of words) to.push(word);
}

/** Runs as spans: between words that stayed, first all that went and then all that came. */
function spansOf(runs: readonly Run[]): Span[] {
  const spans: Span[] = [];
  const gone: string[] = [];
  const come: string[] = [];
  const add = (kind: SpanKind, words: string[]) => {
    if (words.length > 0) spans.push({ kind, text: words.join(" ") });
    words.length = 0;
  };
  const same: string[] = [];
  const settle = () => {
    add("removed", gone);
    add("added", come);
  };
  for (const { kind, words } of runs) {
    if (kind === "same") append(same, words);
    else {
      const isBetween = gone.length + come.length > 0;
      if (same.length > 0 && isBetween && same.length <= FEW) {
        append(gone, same);
        append(come, same);
        same.length = 0;
      } else if (same.length > 0) {
        settle();
        add("same", same);
      }
      append(kind === "removed" ? gone : come, words);
    }
  }
  settle();
  add("same", same);
  return spans;
}
