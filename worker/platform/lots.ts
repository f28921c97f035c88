/** Cuts a list in lots; `isFull` says whether one takes no other. */
export function inLots<T>(all: readonly T[], isFull: (lot: readonly T[], next: T) => boolean): T[][] {
  const lots: T[][] = [];
  for (const one of all) {
    const lot = lots.at(-1);
    if (lot === undefined || isFull(lot, one)) lots.push([one]);
    else lot.push(one);
  }
  return lots;
}
