/** Counts by index, few of them not 0, as pairs: distance from the index before, count. */
export type SparseCounts = readonly number[];

/** @param countAt of every index below `length`, 0 or more */
export function toSparse(length: number, countAt: (index: number) => number): SparseCounts {
  const pairs: number[] = [];
  let previous = -1;
  for (let index = 0; index < length; index++) {
    const count = countAt(index);
    if (count === 0) continue;
    pairs.push(index - previous, count);
    previous = index;
  }
  return pairs;
}

/**
 * Calls back for each count that is not 0, in the order of indices.
 *
 * @throws {RangeError} if the pairs name an index that is not there, or half a pair
 */
export function forEachCount(
  pairs: SparseCounts,
  length: number,
  onCount: (index: number, count: number) => void,
): void {
  let index = -1;
  for (let place = 0; place < pairs.length; place += 2) {
    const step = pairs[place] ?? 0;
    const count = pairs[place + 1] ?? 0;
    index += step;
    const isSound = step > 0 && index < length && Number.isSafeInteger(index) && count > 0;
    if (!isSound || !Number.isSafeInteger(count)) {
      throw new RangeError(`Cannot read counts: pair ${place / 2} is ${step}, ${count}`);
    }
    onCount(index, count);
  }
}
