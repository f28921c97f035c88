/** What verification finds in seals and entries at hand. Pure: runs in the worker and under Node alike. */
import { commitmentOf, leafOf } from "./commitment.ts";
import { NEVER_ERASED } from "./entry.ts";
import { merkleRoot } from "./merkle.ts";
import { headOf } from "./seal.ts";
import type { Entry, Seal, SealHead } from "./store.ts";
import type { LedgerFault } from "./tables.ts";

/** An entry that is not the one sealed at its place: moved there, or altered. */
export interface Stranger {
  at: number;
  leaf: string;
}

/** What is wrong, and the entries of which only the leaf can tell what is wrong (see nameStrangers). */
interface Findings {
  faults: LedgerFault[];
  strangers: Stranger[];
}

/** Whether a seal is what its own head says. */
export const headHolds = (seal: SealHead): boolean => headOf(seal) === seal.head;

/** The leaves of a seal, in order. */
export const leavesOf = ({ leaves }: Seal): string[] => leaves.match(/.{1,64}/g) ?? [];

const leavesHold = (seal: Seal): boolean => {
  const leaves = leavesOf(seal);
  return leaves.length === seal.lastSeq - seal.firstSeq + 1 && merkleRoot(leaves) === seal.root;
};

const inARow = (code: LedgerFault["code"], first: number, last: number): LedgerFault =>
  first === last ? { code, at: first } : { code, at: first, to: last };

/**
 * Verifies a seal with its entries, after the seal `before`. Where an altered seal cannot be relied on for which entry
 * stood where, an entry is held against its own commitment only.
 */
export function verifySeal(seal: Seal, before: SealHead, entries: readonly Entry[]): Findings {
  const doesHeadHold = headHolds(seal);
  const doLeavesHold = leavesHold(seal);
  const chain = verifyLink(seal, before, doesHeadHold && doLeavesHold);
  const altered = alteredAmong(entries);
  const isPlaced = doesHeadHold || seal.firstSeq === before.lastSeq + 1;
  if (!isPlaced || !doLeavesHold) return { faults: [...chain, ...altered], strangers: [] };
  const named = new Set(altered.map(({ at }) => at));
  const leaves = leavesOf(seal);
  return {
    faults: [...chain, ...missingAmong(entries, seal.firstSeq, seal.lastSeq), ...altered],
    strangers: entries
      .filter(({ seq }) => !named.has(seq))
      .map((entry) => ({ at: entry.seq, leaf: leafOf(entry) }))
      .filter(({ at, leaf }) => leaf !== leaves[at - seal.firstSeq]),
  };
}

/** Verifies a seal as the next in the chain. */
function verifyLink(seal: SealHead, before: SealHead, isWhole: boolean): LedgerFault[] {
  const altered = (number: number): LedgerFault[] => [{ code: "seal_altered", at: number }];
  const isNext = seal.number === before.number + 1;
  const skipped = isNext ? [] : [inARow("seal_missing", before.number + 1, seal.number - 1)];
  if (!isWhole) return [...skipped, ...altered(seal.number)];
  if (!isNext) return skipped;
  const isFirst = before.number === 0;
  // One that does not even hold by itself has been named already.
  if (!isFirst && !headHolds(before)) return [];
  // This seal holds, and so does what it says of the one before it; the first one builds on none.
  if (seal.previous !== before.head) return altered(isFirst ? seal.number : before.number);
  return seal.firstSeq <= before.lastSeq ? altered(seal.number) : [];
}

/** Names strangers by the places at which their leaves were sealed. */
export function nameStrangers(strangers: readonly Stranger[], places: ReadonlyMap<string, number>): LedgerFault[] {
  return strangers.map(({ at, leaf }) => {
    const sealedAt = places.get(leaf);
    return sealedAt === undefined ? { code: "entry_altered", at } : { code: "entry_moved", at, sealedAt };
  });
}

/** Verifies entries that no seal closes, from place `first` to `last`: none missing, each what it was committed to. */
export function verifyUnsealed(entries: readonly Entry[], first: number, last: number): LedgerFault[] {
  return [...missingAmong(entries, first, last), ...alteredAmong(entries)];
}

/** Verifies what lies between two seals that follow each other: entries gone before they were sealed, or put there since. */
export function verifyGap(entries: readonly Entry[], first: number, last: number): LedgerFault[] {
  const added = entries.map(({ seq }): LedgerFault => ({ code: "entry_added", at: seq }));
  return [...missingAmong(entries, first, last), ...added];
}

/**
 * Puts faults in order, and adds the entries that are gone because another stands at their place: those that no moved
 * entry was sealed at. Give it all faults of a run: of half a swap it would say that an entry is missing.
 */
export function settle(faults: readonly LedgerFault[]): LedgerFault[] {
  const moved = faults.filter(({ code }) => code === "entry_moved");
  const elsewhere = new Set(moved.map(({ sealedAt }) => sealedAt));
  const gone = moved
    .filter(({ at }) => !elsewhere.has(at))
    .map(({ at }): LedgerFault => ({ code: "entry_missing", at }));
  const isOfSeal = ({ code }: LedgerFault) => (code.startsWith("seal") ? 0 : 1);
  return [...faults, ...gone].sort((a, b) => isOfSeal(a) - isOfSeal(b) || a.at - b.at);
}

/** What is wrong with an entry by itself. One that is erased no longer says what it was. */
function faultOf(entry: Entry): LedgerFault["code"] | undefined {
  const { kind, subject, actor, body, salt, commitment } = entry;
  const isErased = [subject, actor, body, salt].every((part) => part === null);
  if (isErased) return NEVER_ERASED.includes(kind) ? "entry_erased" : undefined;
  const isItself = body !== null && salt !== null && commitmentOf(entry) === commitment;
  return isItself ? undefined : "entry_altered";
}

const alteredAmong = (entries: readonly Entry[]): LedgerFault[] =>
  entries.flatMap((entry) => {
    const code = faultOf(entry);
    return code === undefined ? [] : [{ code, at: entry.seq }];
  });

function missingAmong(entries: readonly Entry[], first: number, last: number): LedgerFault[] {
  const faults: LedgerFault[] = [];
  let next = first;
  for (const { seq } of entries) {
    if (seq > next) faults.push(inARow("entry_missing", next, seq - 1));
    next = Math.max(next, seq + 1);
  }
  if (next <= last) faults.push(inARow("entry_missing", next, last));
  return faults;
}
