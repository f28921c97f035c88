import type { Database } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { leafOf } from "./commitment.ts";
import { inclusionPath, rootFromPath } from "./merkle.ts";
import { type Entry, findEntry, findSeal, type Seal } from "./store.ts";
import { leavesOf } from "./verify.ts";

/** That an entry is in a seal: its leaf is the one at `index` of `size`, and `path` leads from there to the seal's root. */
export interface Proof {
  entry: Entry;
  seal: Seal;
  index: number;
  size: number;
  path: string[];
}

/**
 * The proof that an entry is sealed. Refuses not_found and not_sealed_yet. Throws as `proofIn` does.
 */
export async function proveEntry(db: Database, id: string): Promise<Proof> {
  const entry = await findEntry(db, id);
  if (!entry) throw new Refusal("not_found");
  const seal = await findSeal(db, entry.seq);
  if (!seal) throw new Refusal("not_sealed_yet");
  return proofIn(entry, seal);
}

/**
 * The proof that an entry is in the seal that closes its place. Throws when the entry is not the one that was sealed: no
 * proof is handed out that does not hold.
 */
export function proofIn(entry: Entry, seal: Seal): Proof {
  const leaves = leavesOf(seal);
  const [index, size] = [entry.seq - seal.firstSeq, leaves.length];
  const path = inclusionPath(leaves, index);
  if (rootFromPath(leafOf(entry), index, size, path) !== seal.root) {
    throw new Error(`Ledger entry ${entry.seq} is not the one that was sealed`);
  }
  return { entry, seal, index, size, path };
}
