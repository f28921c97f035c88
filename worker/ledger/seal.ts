import { hash } from "node:crypto";
import { commit, conflictOn } from "../platform/db.ts";
import { getJson, keepJson } from "../platform/kv.ts";
import type { Runtime } from "../platform/runtime.ts";
import { canonical, leafOf } from "./commitment.ts";
import { merkleRoot } from "./merkle.ts";
import {
  headsGone,
  insertSeal,
  type KnownHead,
  type LedgerRow,
  lastSeal,
  SEALED,
  type Seal,
  type SealHead,
  waitingEntries,
} from "./store.ts";

/**
 * Entries in a full seal. Sealing that many takes about 2 ms and verifying them 4, where all of a round on Cloudflare's
 * free plan has 10.
 */
export const FULL = 128;
/** Full seals that one round makes at most, each committed by itself: more of them only when very much happens at once. */
const SEALS_A_ROUND = 4;
/** Until it is sealed an entry can be changed unseen: where little happens, this is how long. */
export const LONGEST_WAIT = 10 * 60_000;

/** What the first seal builds on. */
export const GENESIS: SealHead = {
  number: 0,
  at: 0,
  firstSeq: 0,
  lastSeq: 0,
  root: "",
  previous: "",
  head: "0".repeat(64),
};

/** The head of a seal: SHA-256 of its canonical JSON, the head before it included. */
export function headOf({ number, at, firstSeq, lastSeq, root, previous }: Omit<SealHead, "head">): string {
  return hash("sha256", canonical({ number, at, firstSeq, lastSeq, root, previous }));
}

type Sealable = Pick<LedgerRow, "id" | "kind" | "at" | "commitment"> & { seq: number };

/** The seal that closes entries, one or more without a gap, after the seal `before`. */
export function sealOf(entries: readonly [Sealable, ...Sealable[]], before: SealHead, at: number): Seal {
  const leaves = entries.map(leafOf);
  const firstSeq = entries[0].seq;
  const frame = {
    number: before.number + 1,
    at,
    firstSeq,
    lastSeq: firstSeq + entries.length - 1,
    root: merkleRoot(leaves),
    previous: before.head,
  };
  return { ...frame, head: headOf(frame), leaves: leaves.join("") };
}

/**
 * Seals the entries that wait, when there are enough of them or the oldest has waited long enough, and sees that the
 * newest head is kept outside the database, too. Of two rounds at once one seals.
 */
export async function sealEntries(rt: Runtime): Promise<void> {
  let newest = (await lastSeal(rt.db)) ?? GENESIS;
  for (let count = 0; count < SEALS_A_ROUND * rt.settings.LEDGER_STRIDES; count++) {
    const seal = await sealNext(rt, newest);
    if (!seal) break;
    newest = seal;
  }
  await keepHead(rt, newest);
}

async function sealNext(rt: Runtime, before: SealHead): Promise<Seal | undefined> {
  const [oldest, ...others] = await waitingEntries(rt.db, before.lastSeq, FULL);
  const isDue = oldest && (others.length + 1 === FULL || rt.now() - oldest.at >= LONGEST_WAIT);
  if (!isDue) return undefined;
  // A gap is an entry that is gone: no seal may close over it, and verification names it.
  const gap = others.findIndex(({ seq }, i) => seq !== oldest.seq + i + 1);
  const entries = [oldest, ...(gap < 0 ? others : others.slice(0, gap))] as const;
  // A round that comes late has the time it was due: a seal is never dated before what it closes.
  const at = Math.max(rt.now(), ...entries.map((entry) => entry.at));
  const seal = sealOf(entries, before, at);
  try {
    await commit(rt, [insertSeal(seal)]);
  } catch (error) {
    if (conflictOn(error, SEALED)) return undefined;
    throw error;
  }
  return seal;
}

/** The newest head as it is kept outside the database. It may be an older one: KV takes its time. */
export const keptHead = (rt: Runtime): Promise<KnownHead | undefined> => getJson(rt, "ledger-head", "newest");

async function keepHead(rt: Runtime, { number, head }: SealHead): Promise<void> {
  const kept = await keptHead(rt);
  if (number <= (kept?.number ?? 0)) return;
  // A kept head that no seal has is the evidence that seals are gone; the next one must not wipe it out.
  if (kept && (await headsGone(rt.db, [kept])).length > 0) return;
  await keepJson(rt, "ledger-head", "newest", { number, head });
}
