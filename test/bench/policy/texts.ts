/** Pairs of policies of 50 KB each, from the everyday to the worst that a comparison can meet. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/config.ts";

const SIZE = 50_000;

export interface TextPair {
  name: string;
  before: string;
  after: string;
}

/** The same numbers every time, so that two runs measure the same. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function words(seed: number, vocabulary: number): () => string {
  const next = numbers(seed);
  return () => `w${seed}x${next(vocabulary)}`;
}

function fill(part: () => string, separator: string): string {
  const parts: string[] = [];
  for (let size = 0; size < SIZE; size += (parts.at(-1)?.length ?? 0) + separator.length) parts.push(part());
  return parts.join(separator).slice(0, SIZE);
}

const paragraph = (word: () => string) => () => `${Array.from({ length: 60 }, word).join(" ")}.`;

/** Every `nth` word becomes another. */
const rewritten = (text: string, nth: number): string => {
  let count = 0;
  return text.replace(/\S+/g, (word) => (++count % nth === 0 ? `n${count}` : word));
};

const markdown = (file: string): string =>
  readFileSync(join(root, "widget/demo/policy", file), "utf8").replace(/^---[\s\S]*?\n---\n/, "");
const repeated = (text: string): string =>
  Array.from({ length: Math.ceil(SIZE / text.length) }, (_, index) => text.replace(/^## /gm, `## ${index + 1}. `))
    .join("\n\n")
    .slice(0, SIZE);

/** The demo's policies made long, and what is hard. */
export function textPairs(): TextPair[] {
  const [one, two, few] = [words(1, 5_000), words(2, 5_000), words(3, 50)];
  const prose = fill(paragraph(one), "\n\n");
  const block = fill(one, " ");
  const items = Array.from({ length: 2_000 }, (_, index) => `- ${one()} ${one()} ${index}`);
  const next = numbers(7);
  const shuffled = items.map((item) => ({ item, at: next(1e9) })).sort((a, b) => a.at - b.at);
  return [
    {
      name: "the demo's policies, made long",
      before: repeated(markdown("2015-03-04.nl.md")),
      after: repeated(markdown("gdpr.nl.md")),
    },
    { name: "prose, every tenth word another", before: prose, after: rewritten(prose, 10) },
    { name: "prose, every third word another", before: prose, after: rewritten(prose, 3) },
    { name: "wholly different prose", before: prose, after: fill(paragraph(two), "\n\n") },
    { name: "one paragraph, every third word another", before: block, after: rewritten(block, 3) },
    { name: "one paragraph, wholly different", before: block, after: fill(two, " ") },
    { name: "one paragraph, half of it fifty words", before: fill(few, " "), after: rewritten(fill(few, " "), 3) },
    {
      name: "prose of the same fifty words, in another order",
      before: fill(paragraph(few), "\n\n"),
      after: fill(paragraph(few), "\n\n"),
    },
    {
      name: "2,000 list items, every third another",
      before: items.join("\n"),
      after: items.map((item, index) => (index % 3 ? item : `- ${two()} ${two()}`)).join("\n"),
    },
    {
      name: "2,000 list items, shuffled",
      before: items.join("\n"),
      after: shuffled.map(({ item }) => item).join("\n"),
    },
    {
      name: "2,000 list items, wholly different",
      before: items.join("\n"),
      after: items.map(() => `- ${two()} ${two()} ${two()}`).join("\n"),
    },
    { name: "letters alone", before: "a ".repeat(SIZE / 2), after: "a b ".repeat(SIZE / 4) },
    { name: "one letter a paragraph", before: "a\n\n".repeat(SIZE / 3), after: "a\n\nb\n\n".repeat(SIZE / 6) },
    { name: "open brackets", before: "[x](".repeat(SIZE / 4), after: "[".repeat(SIZE) },
  ];
}
