/** Verification of a whole database, step by step: by cron a step a round, by `npm run ledger:verify` all at once. */
import type { Database } from "../platform/db.ts";
import { GENESIS } from "./seal.ts";
import {
  entriesBetween,
  headsGone,
  type KnownHead,
  lastPlace,
  lastSeal,
  loadSeals,
  placesOf,
  type Seal,
  type SealHead,
  sealsAfter,
} from "./store.ts";
import type { LedgerFault } from "./tables.ts";
import { headHolds, leavesOf, nameStrangers, type Stranger, verifyGap, verifySeal, verifyUnsealed } from "./verify.ts";

/** How far a verification is, and what it has found. */
export interface Walk {
  /** The last seal verified; 0 at the start. */
  sealNumber: number;
  /** Entries verified. */
  entries: number;
  faults: LedgerFault[];
}

/** How much a step reads at most. */
export interface Stride {
  seals: number;
  entries: number;
}

const END = Number.MAX_SAFE_INTEGER;

/** Verifies the next seals and their entries; undefined when there are no more. */
export async function walkSeals(db: Database, walk: Walk, stride: Stride): Promise<Walk | undefined> {
  const before = await sealAt(db, walk.sealNumber);
  const stretch = stretchOf(await sealsAfter(db, before.number, stride.seals), stride.entries);
  const [first, last] = [stretch.at(0), stretch.at(-1)];
  if (!first || !last) return undefined;
  const seals = await loadSeals(db, first.number, last.number);
  // A seal that is larger than a step is a step by itself.
  const most = Math.max(stride.entries, ...seals.map((seal) => leavesOf(seal).length));
  const entries = await entriesBetween(db, first.firstSeq, last.lastSeq, most);
  const faults = await walkGap(db, before, first, stride);
  const strangers: Stranger[] = [];
  for (const [i, seal] of seals.entries()) {
    const own = entries.filter(({ seq }) => seq >= seal.firstSeq && seq <= seal.lastSeq);
    const found = verifySeal(seal, seals[i - 1] ?? before, own);
    faults.push(...found.faults);
    strangers.push(...found.strangers);
  }
  if (strangers.length > 0) faults.push(...nameStrangers(strangers, await placesWhere(db, strangers, seals)));
  return {
    sealNumber: last.number,
    entries: walk.entries + entries.length,
    faults: [...walk.faults, ...faults],
  };
}

/** Verifies the entries that wait to be sealed, at most `most`. */
export async function walkWaiting(db: Database, walk: Walk, stride: Stride, most: number): Promise<Walk> {
  // Before the entries: one that is added meanwhile is not missing.
  const end = await lastPlace(db);
  const before = await sealAt(db, walk.sealNumber);
  const faults: LedgerFault[] = [];
  let count = 0;
  // Where the last seal does not hold, nobody knows at which place the first one waits.
  let next = holds(before) ? before.lastSeq + 1 : undefined;
  while (true) {
    const entries = await entriesBetween(db, next ?? before.lastSeq + 1, END, stride.entries);
    const isLast = entries.length < stride.entries;
    const last = isLast ? end : (entries.at(-1)?.seq ?? end);
    faults.push(...verifyUnsealed(entries, next ?? entries[0]?.seq ?? END, last));
    count += entries.length;
    next = last + 1;
    if (isLast || count >= most) break;
  }
  return { ...walk, entries: walk.entries + count, faults: [...walk.faults, ...faults] };
}

/** Holds heads known from elsewhere against the seals. */
export async function walkHeads(db: Database, walk: Walk, known: readonly KnownHead[]): Promise<Walk> {
  const gone = await headsGone(db, known);
  const faults = gone.map(({ number = 0, head }): LedgerFault => ({ code: "seal_missing", at: number, head }));
  return { ...walk, faults: [...walk.faults, ...faults] };
}

const holds = (seal: SealHead): boolean => seal.number === GENESIS.number || headHolds(seal);

async function sealAt(db: Database, number: number): Promise<SealHead> {
  return (number > 0 ? await lastSeal(db, number) : undefined) ?? GENESIS;
}

/** The first of the seals that close one range together, of at most `entries` entries; at least one. */
function stretchOf(seals: readonly SealHead[], entries: number): readonly SealHead[] {
  const end = seals.findIndex((seal, i) => {
    const [first, before] = [seals[0], seals[i - 1]];
    if (!first || !before) return false;
    const follows = seal.number === before.number + 1 && seal.firstSeq === before.lastSeq + 1;
    return !follows || seal.lastSeq < seal.firstSeq || seal.lastSeq - first.firstSeq >= entries;
  });
  return end < 0 ? seals : seals.slice(0, end);
}

/** Verifies what lies between two seals, as far as a step goes, when their ranges can be relied on. */
async function walkGap(db: Database, before: SealHead, seal: SealHead, stride: Stride): Promise<LedgerFault[]> {
  if (!holds(before) || !headHolds(seal)) return [];
  const isFirst = before.number === GENESIS.number;
  const [first, last] = [before.lastSeq + 1, seal.firstSeq - 1];
  if (first > last && !isFirst) return [];
  // SQLite takes places below 1 as well, though it gives none.
  const entries = await entriesBetween(db, isFirst ? -END : first, last, stride.entries);
  const seen = entries.length < stride.entries ? last : (entries.at(-1)?.seq ?? last);
  // What was closed by seals that are gone has only its own commitments to be held against.
  const isNext = seal.number === before.number + 1;
  return isNext ? verifyGap(entries, first, seen) : verifyUnsealed(entries, first, seen);
}

/** Where the leaves of strangers were sealed: mostly in the seals at hand, else in any. */
async function placesWhere(db: Database, strangers: readonly Stranger[], seals: readonly Seal[]) {
  const places = new Map<string, number>();
  for (const seal of seals) leavesOf(seal).forEach((leaf, i) => void places.set(leaf, seal.firstSeq + i));
  const others = strangers.map(({ leaf }) => leaf).filter((leaf) => !places.has(leaf));
  const found = others.length > 0 ? await placesOf(db, others) : [];
  return new Map([...places, ...found]);
}
