/** Crockford's base 32: no I, L, O or U, so that it can be read out over the telephone. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Random bytes (8 or more) as a reference that people can read and type: FP-7K3M-9Q2X. */
export function referenceOf(random: Uint8Array): string {
  const letters = Array.from(random.slice(0, 8), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return `FP-${letters.slice(0, 4)}-${letters.slice(4)}`;
}
