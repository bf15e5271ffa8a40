import type { BlockId } from './row.ts';

const LARGEST = 2n ** 64n - 1n;

/**
 * id * factor + offset, exactly.
 *
 * @returns `undefined` if it is above 2^64 - 1, where block ids end
 */
export function scaleId(id: BlockId, factor: number, offset: number): BlockId | undefined {
  if (typeof id === 'number') {
    const scaled = id * factor + offset;
    if (Number.isSafeInteger(scaled)) return scaled;
  }
  const exact = BigInt(id) * BigInt(factor) + BigInt(offset);
  return exact <= LARGEST ? blockId(exact) : undefined;
}

/** An id as rows hold it: a number while it is exact. */
function blockId(id: bigint): BlockId {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id;
}
