import { type BlockColumns, forEachRow } from './columns.ts';

/**
 * The sizes that a cache needs for prefix hits: blocks that, with all blocks before them in their
 * row, were in an earlier row.
 */
export interface ReuseStatistics {
  /** Prefix hits with an unlimited cache. */
  readonly hits: number;
  /**
   * Prefix hits with one cache of so many blocks. It is filled the moment a row arrives, and drops
   * the least recently used block; of one row the last one first, so that prefixes keep their
   * beginning.
   */
  hitsWithin(capacityBlocks: number): number;
  /** Smallest cache, in blocks, that has this share of the hits; `undefined` without hits. */
  capacityFor(share: number): number | undefined;
}

/**
 * One pass finds all sizes: with "least recently used" a block is a hit exactly when fewer distinct
 * blocks than the cache holds were used after it.
 * Source: R. L. Mattson et al., "Evaluation techniques for storage hierarchies", 1970.
 */
export function analyzeReuse(columns: BlockColumns): ReuseStatistics {
  const needed = neededSizes(columns);
  let hits = 0;
  for (let size = 1; size < needed.length; size += 1) {
    hits += needed[size]!;
    needed[size] = hits;
  }
  return {
    hits,
    hitsWithin: (capacityBlocks) =>
      needed[Math.min(Math.max(0, Math.floor(capacityBlocks)), needed.length - 1)]!,
    capacityFor(share) {
      if (hits === 0) return undefined;
      const wanted = Math.max(1, Math.ceil(share * hits));
      let low = 1;
      let high = needed.length - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (needed[middle]! < wanted) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}

/** For each cache size in blocks, the hits that need exactly that size. */
function neededSizes(columns: BlockColumns): Int32Array {
  const needed = new Int32Array(columns.unique + 1);
  const recency = new Recency(columns);
  forEachRow(columns, (row, start, end) => {
    let size = 0;
    for (let at = start; at < end; at += 1) {
      const newer = recency.newerThan(columns.numbers[at]!);
      if (newer === undefined) break;
      // A hit is of use only if the blocks before it are hits too.
      size = Math.max(size, newer + 1);
      needed[size]! += 1;
    }
    recency.use(row, start, end);
  });
  return needed;
}

/**
 * The order of blocks by their last use: a Fenwick tree of the blocks that each row used last, a
 * twentieth of the size of one over uses.
 */
class Recency {
  readonly #columns: BlockColumns;
  /** For each block, the row that used it last + 1; 0 before its first use. */
  readonly #lastRow: Int32Array;
  /** For each block, its first place in that row's part of `numbers`. */
  readonly #place: Int32Array;
  readonly #counts: Int32Array;
  #used = 0;
  /** Of the last question: its row, the blocks used by later rows, and how far the row was read. */
  #row = -1;
  #later = 0;
  #readTo = 0;
  #inRow = 0;

  constructor(columns: BlockColumns) {
    this.#columns = columns;
    this.#lastRow = new Int32Array(columns.unique);
    this.#place = new Int32Array(columns.unique);
    this.#counts = new Int32Array(columns.ends.length + 1);
  }

  /** Distinct blocks used after this one was; `undefined` if it was not used yet. */
  newerThan(block: number): number | undefined {
    const row = this.#lastRow[block]! - 1;
    if (row < 0) return undefined;
    const { numbers, ends } = this.#columns;
    const place = this.#place[block]!;
    // Blocks that follow each other were mostly used last by the same row: read on in it.
    if (row !== this.#row || place < this.#readTo) {
      this.#row = row;
      this.#later = this.#used - this.#countTo(row);
      this.#readTo = row === 0 ? 0 : ends[row - 1]!;
      this.#inRow = 0;
    }
    for (; this.#readTo < place; this.#readTo += 1) {
      const other = numbers[this.#readTo]!;
      if (this.#lastRow[other] === row + 1 && this.#place[other] === this.#readTo) {
        this.#inRow += 1;
      }
    }
    return this.#later + this.#inRow;
  }

  /** Uses the blocks of a row: the first becomes the newest of all. */
  use(row: number, start: number, end: number): void {
    this.#row = -1;
    let distinct = 0;
    let from = -1;
    let moved = 0;
    for (let at = end - 1; at >= start; at -= 1) {
      const block = this.#columns.numbers[at]!;
      const last = this.#lastRow[block]! - 1;
      this.#place[block] = at;
      this.#lastRow[block] = row + 1;
      distinct += 1;
      if (last === from) {
        moved += 1;
      } else {
        this.#add(from, -moved);
        from = last;
        moved = 1;
      }
    }
    this.#add(from, -moved);
    this.#add(row, distinct);
  }

  #add(row: number, count: number): void {
    if (row < 0) return;
    this.#used += count;
    for (let node = row + 1; node < this.#counts.length; node += node & -node) {
      this.#counts[node]! += count;
    }
  }

  /** Blocks used last by this row or an earlier one. */
  #countTo(row: number): number {
    let count = 0;
    for (let node = row + 1; node > 0; node -= node & -node) count += this.#counts[node]!;
    return count;
  }
}
