/** Two texts that are each other's, by their places, and how much they share. */
interface Pair {
  before: number;
  after: number;
  weight: number;
}

/** A chain of pairs, from its last pair back to its first. */
interface Chain {
  pair: Pair;
  total: number;
  previous: Chain | undefined;
}

/** Texts that share fewer of their words than this are two texts, not one that was rewritten. */
const ALIKE = 0.5;
/** A word that stands in many texts says little: past this many pairs, only the first with the first, the second with the second … */
const MOST_PAIRS = 64;

/**
 * Finds which texts (each a list of words) of one list became which of the other, in order, so that as many words as
 * can be are kept. `mayPair` says which may at all. Takes O(n log n) of the words, whatever they are.
 */
export function align(
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
  mayPair: (before: number, after: number) => boolean = () => true,
): readonly Pair[] {
  const [left, right] = [before.map(countWords), after.map(countWords)];
  const pairs: Pair[] = [];
  for (const [i, found] of candidates(before, after)) {
    for (const j of found) {
      const shared = sharedWords(left[i], right[j]);
      const likeness = (2 * shared) / ((before[i]?.length ?? 0) + (after[j]?.length ?? 0));
      if (likeness >= ALIKE && mayPair(i, j)) pairs.push({ before: i, after: j, weight: shared + likeness });
    }
  }
  return heaviestChain(pairs, after.length);
}

/**
 * Every place of both lists in reading order: what was paired, and between that what went before what came. What opens
 * a part (a heading) waits for what belongs to the part before it, on both sides.
 */
export function* sideBySide(
  pairs: readonly Pair[],
  before: number,
  after: number,
  opens: { before(at: number): boolean; after(at: number): boolean } = { before: () => false, after: () => false },
): Generator<readonly [before: number | undefined, after: number | undefined]> {
  let [i, j] = [0, 0];
  for (const pair of [...pairs, { before, after }]) {
    while (i < pair.before && !opens.before(i)) yield [i++, undefined];
    while (j < pair.after && !opens.after(j)) yield [undefined, j++];
    while (i < pair.before) yield [i++, undefined];
    while (j < pair.after) yield [undefined, j++];
    if (i < before && j < after) yield [i++, j++];
  }
}

function countWords(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function sharedWords(a: ReadonlyMap<string, number> = new Map(), b: ReadonlyMap<string, number> = new Map()): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const [word, count] of small) shared += Math.min(count, large.get(word) ?? 0);
  return shared;
}

/** Pairs that share a word or are equal: a place in `before`, and places in `after`. */
function candidates(
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  const add = (i: number | undefined, j: number | undefined) => {
    if (i === undefined || j === undefined) return;
    const known = found.get(i);
    if (known) known.add(j);
    else found.set(i, new Set([j]));
  };
  const places = placesOf(after);
  for (const [word, here] of placesOf(before)) {
    const there = places.get(word) ?? [];
    if (here.length * there.length <= MOST_PAIRS) {
      for (const i of here) for (const j of there) add(i, j);
    } else {
      for (let k = 0; k < Math.min(here.length, there.length); k++) {
        add(here[k], there[k]);
        add(here.at(-1 - k), there.at(-1 - k));
      }
    }
  }
  return found;
}

/** Where each word stands, and each whole text. */
function placesOf(texts: readonly (readonly string[])[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  texts.forEach((words, place) => {
    for (const word of new Set([...words, words.join(" ")])) {
      const known = places.get(word);
      if (known) known.push(place);
      else places.set(word, [place]);
    }
  });
  return places;
}

/** The heaviest chain of pairs that come one after another on both sides, by a Fenwick tree of the best chain up to each place. */
function heaviestChain(pairs: Pair[], width: number): readonly Pair[] {
  const best: (Chain | undefined)[] = new Array(width + 1);
  const heaviest = (limit: number): Chain | undefined => {
    let found: Chain | undefined;
    for (let at = limit; at > 0; at -= at & -at) {
      const chain = best[at];
      if (chain && chain.total > (found?.total ?? 0)) found = chain;
    }
    return found;
  };
  // The later place first, so that no place in `before` is used twice.
  pairs.sort((a, b) => a.before - b.before || b.after - a.after);
  for (const pair of pairs) {
    const previous = heaviest(pair.after);
    const chain = { pair, previous, total: pair.weight + (previous?.total ?? 0) };
    for (let at = pair.after + 1; at <= width; at += at & -at) {
      if (chain.total > (best[at]?.total ?? 0)) best[at] = chain;
    }
  }
  const found: Pair[] = [];
  for (let chain = heaviest(width); chain; chain = chain.previous) found.push(chain.pair);
  return found.reverse();
}
