import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inclusionPath, leafHash, merkleRoot, rootFromPath } from "../../worker/ledger/merkle.ts";

/** The leaves and roots by which implementations of Certificate Transparency are tested (RFC 6962). */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  (hex) => leafHash(Buffer.from(hex, "hex").toString("latin1")),
);
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const leavesOf = (size: number) => Array.from({ length: size }, (_, i) => leafHash(`leaf ${i}`));

/** A tree of 1 to 200 leaves and the place of one. */
const place = fc
  .integer({ min: 1, max: 200 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));

describe("a Merkle tree", () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))("of %i known leaves has the known root", (size, root) => {
    expect(merkleRoot(LEAVES.slice(0, size))).toBe(root);
  });

  it("proves any leaf of any size by its path", () => {
    fc.assert(
      fc.property(place, ({ size, index }) => {
        const leaves = leavesOf(size);
        const path = inclusionPath(leaves, index);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(rootFromPath(leaves[index] ?? "", index, size, path)).toBe(merkleRoot(leaves));
      }),
    );
  });

  it("proves no other leaf, place or path", () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(), ({ size, index }, any, digit) => {
        const leaves = leavesOf(size);
        const [root, path, leaf] = [merkleRoot(leaves), inclusionPath(leaves, index), leaves[index] ?? ""];
        const changed = (hash: string) => {
          const i = digit % 64;
          return `${hash.slice(0, i)}${hash[i] === "0" ? "1" : "0"}${hash.slice(i + 1)}`;
        };
        expect(rootFromPath(changed(leaf), index, size, path)).not.toBe(root);
        const other = any % (size + 1);
        if (other !== index) expect(rootFromPath(leaf, other, size, path)).not.toBe(root);
        if (path.length > 0) {
          const step = any % path.length;
          const bent = path.map((hash, i) => (i === step ? changed(hash) : hash));
          expect(rootFromPath(leaf, index, size, bent)).not.toBe(root);
        }
        expect(rootFromPath(leaf, index, size, [...path, leaf])).toBeUndefined();
        expect(rootFromPath(leaf, index, size, path.slice(1))).toBe(path.length > 0 ? undefined : root);
      }),
    );
  });

  it("refuses a size that the path does not fit; what it does fit, only the seal's head tells apart", () => {
    fc.assert(
      fc.property(place, ({ size, index }) => {
        const leaves = leavesOf(size);
        const path = inclusionPath(leaves, index);
        expect(rootFromPath(leaves[index] ?? "", index, 2 ** (path.length + 8), path)).toBeUndefined();
        expect(rootFromPath(leaves[index] ?? "", index, index, path)).not.toBe(merkleRoot(leaves));
      }),
    );
    const three = leavesOf(3);
    expect(rootFromPath(three[0] ?? "", 0, 4, inclusionPath(three, 0))).toBe(merkleRoot(three));
  });
});
