import { type BlockColumns, forEachRow } from './columns.ts';

/**
 * The sizes that a cache needs for prefix hits: blocks that, with all blocks before them in their
 * row, were in an earlier row. One pass finds all sizes: with "least recently used" a block is a
 * hit exactly when fewer distinct blocks than the cache holds were used after it.
 * Source: R. L. Mattson et al., "Evaluation techniques for storage hierarchies", 1970.
 */
export function analyzeReuse(columns: BlockColumns) {
  const needed = neededSizes(columns);
  let hits = 0;
  for (let size = 1; size < needed.length; size += 1) {
    hits += needed[size]!;
    needed[size] = hits;
  }
  return {
    /** Prefix hits with an unlimited cache. */
    hits,
    /**
     * Prefix hits with one cache of so many blocks. It is filled the moment a row arrives, and
     * drops the least recently used block; of one row the last one first, so that prefixes keep
     * their beginning.
     */
    hitsWithin: (capacityBlocks: number) =>
      needed[Math.min(Math.max(0, Math.floor(capacityBlocks)), needed.length - 1)]!,
    /** Smallest cache, in blocks, that has this share of the hits; `undefined` without hits. */
    capacityFor(share: number): number | undefined {
      if (hits === 0) return undefined;
      const wanted = Math.max(1, Math.ceil(share * hits));
      return needed.findIndex((within) => within >= wanted);
    },
  };
}

/** For each cache size in blocks, the hits that need exactly that size. */
function neededSizes(columns: BlockColumns): Int32Array {
  const { unique, numbers } = columns;
  const needed = new Int32Array(unique + 1);
  /** For each block, the time of its last use, from 1; 0 before its first use. */
  const lastUse = new Int32Array(unique);
  const lastUses = new FenwickTree(numbers.length);
  let time = 0;
  let used = 0;
  forEachRow(columns, (_row, start, end) => {
    let size = 0;
    for (let at = start; at < end; at += 1) {
      const last = lastUse[numbers[at]!]!;
      if (last === 0) break;
      // The blocks used since, and this one; a hit needs those before it in its row to be hits.
      size = Math.max(size, used - lastUses.sumTo(last) + 1);
      needed[size]! += 1;
    }
    // The first block becomes the newest of all.
    for (let at = end - 1; at >= start; at -= 1) {
      const block = numbers[at]!;
      if (lastUse[block] === 0) used += 1;
      else lastUses.add(lastUse[block]!, -1);
      time += 1;
      lastUse[block] = time;
      lastUses.add(time, 1);
    }
  });
  return needed;
}

/** Counts at the places 1 to n, whose sums from the first place on are found in log n steps. */
class FenwickTree {
  readonly #counts: Int32Array;

  constructor(places: number) {
    this.#counts = new Int32Array(places + 1);
  }

  add(place: number, count: number): void {
    for (let node = place; node < this.#counts.length; node += node & -node) {
      this.#counts[node]! += count;
    }
  }

  sumTo(place: number): number {
    let sum = 0;
    for (let node = place; node > 0; node -= node & -node) sum += this.#counts[node]!;
    return sum;
  }
}
