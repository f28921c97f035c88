/** Merkle trees as in RFC 6962 section 2.1. Hashes are written as 64 hexadecimal digits. */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";

/** The hash of a leaf. Its prefix keeps a leaf from passing for a node, and a node for a leaf. */
export const leafHash = (data: string): string => hash("sha256", `\0${data}`);

const nodeHash = (left: string, right: string): string => hash("sha256", Buffer.from(`01${left}${right}`, "hex"));

/** How many leaves stand left of the top of a tree: the largest power of two smaller than its size. */
const leftOf = (size: number): number => 2 ** (31 - Math.clz32(size - 1));

/** The root over leaf hashes, in their order. */
export function merkleRoot(leaves: readonly string[]): string {
  const [first] = leaves;
  if (first === undefined) return hash("sha256", "");
  if (leaves.length === 1) return first;
  const left = leftOf(leaves.length);
  return nodeHash(merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}

/** The hashes that lead from the leaf at `index`, counted from 0, up to the root. */
export function inclusionPath(leaves: readonly string[], index: number): string[] {
  if (leaves.length <= 1) return [];
  const left = leftOf(leaves.length);
  return index < left
    ? [...inclusionPath(leaves.slice(0, left), index), merkleRoot(leaves.slice(left))]
    : [...inclusionPath(leaves.slice(left), index - left), merkleRoot(leaves.slice(0, left))];
}

/**
 * The root that a path leads to; undefined when it is too short or too long for that place. A path does not prove `size`:
 * take that from a seal, whose head covers it.
 */
export function rootFromPath(leaf: string, index: number, size: number, path: readonly string[]): string | undefined {
  if (size <= 1) return index === 0 && size === 1 && path.length === 0 ? leaf : undefined;
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const rest = path.slice(0, -1);
  const left = leftOf(size);
  if (index < left) {
    const below = rootFromPath(leaf, index, left, rest);
    return below && nodeHash(below, last);
  }
  const below = rootFromPath(leaf, index - left, size - left, rest);
  return below && nodeHash(last, below);
}
