import type { BlockId } from '../trace/row.ts';
import { PrefixDigests } from './prefix-digests.ts';

/**
 * A Bloom filter of prefixes, as sequences of block ids, in 16 MB of memory. A new prefix is taken
 * for known about once in a million at a million prefixes, and once in 500 when the filter is full.
 *
 * The four bits of a prefix lie within 64 bytes: one cache miss.
 * Source: F. Putze et al., "Cache-, hash- and space-efficient Bloom filters", 2007.
 */
export class PrefixFilter {
  readonly #digests = new PrefixDigests();
  readonly #words = new Uint32Array(LINES * WORDS_PER_LINE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= MAX_PREFIXES;
  }

  /** @returns the number of leading blocks with which an earlier row began */
  add(hashIds: readonly BlockId[]): number {
    const words = this.#words;
    const digests = this.#digests;
    const count = digests.fill(hashIds);
    let seenBlocks = 0;
    let newPrefixes = 0;
    for (let index = 0; index < count; index += 1) {
      const a = digests.a[index]!;
      const b = digests.b[index]!;

      // 18 bits choose a line, four times nine bits one of the 512 bits in it.
      const line = (a & (LINES - 1)) * WORDS_PER_LINE;
      const word1 = line + ((b >>> 5) & 15);
      const word2 = line + ((b >>> 14) & 15);
      const word3 = line + ((b >>> 23) & 15);
      const word4 = line + ((a >>> 23) & 15);
      const mask1 = 1 << (b & 31);
      const mask2 = 1 << ((b >>> 9) & 31);
      const mask3 = 1 << ((b >>> 18) & 31);
      const mask4 = 1 << ((a >>> 18) & 31);
      const isSeen =
        (words[word1]! & mask1) !== 0 &&
        (words[word2]! & mask2) !== 0 &&
        (words[word3]! & mask3) !== 0 &&
        (words[word4]! & mask4) !== 0;
      if (isSeen) {
        if (seenBlocks === index) seenBlocks += 1;
        continue;
      }
      newPrefixes += 1;
      words[word1]! |= mask1;
      words[word2]! |= mask2;
      words[word3]! |= mask3;
      words[word4]! |= mask4;
    }
    this.#size += newPrefixes;
    return seenBlocks;
  }
}

const LINES = 2 ** 18;
const WORDS_PER_LINE = 16;
/** 16 bits each. */
const MAX_PREFIXES = 2 ** 23;
