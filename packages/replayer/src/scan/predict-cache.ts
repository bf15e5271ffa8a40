import type { TraceRow } from '../trace/row.ts';
import { PrefixFilter } from './prefix-filter.ts';

/** The hits of rows in file order in a prefix cache without a limit, empty at first. */
export interface CachePrediction {
  readonly rows: number;
  /** Prompt tokens in leading blocks with which an earlier row began. */
  readonly cachedTokens: number;
  /** All prompt tokens. */
  readonly promptTokens: number;
  /** Mean over the rows of cached ÷ prompt tokens, 0 to 1; absent without rows. */
  readonly meanHitRate?: number;
}

/**
 * Predicts row by row, in 16 MB of memory. The sum of cached tokens does not depend on which row of
 * a burst comes first; the mean of the rates does, a little.
 */
export class CachePredictor {
  readonly #blockSize: number;
  #prefixes: PrefixFilter | undefined;
  #rows = 0;
  #cachedTokens = 0;
  #promptTokens = 0;
  #hitRates = 0;

  /** @param blockSize prompt tokens that one hash id names */
  constructor(blockSize: number) {
    this.#blockSize = blockSize;
  }

  add({ inputLength, hashIds }: TraceRow): void {
    let tokens = 0;
    if (hashIds) {
      this.#prefixes ??= new PrefixFilter();
      const blocks = this.#prefixes.isFull ? 0 : this.#prefixes.add(hashIds);
      tokens = Math.min(blocks * this.#blockSize, inputLength);
    }
    this.#rows += 1;
    this.#cachedTokens += tokens;
    this.#promptTokens += inputLength;
    this.#hitRates += tokens / inputLength;
  }

  /** @returns nothing if there were more than 8 million different prefixes to remember */
  result(): CachePrediction | undefined {
    if (this.#prefixes?.isFull === true) return undefined;
    return {
      rows: this.#rows,
      cachedTokens: this.#cachedTokens,
      promptTokens: this.#promptTokens,
      ...(this.#rows > 0 && { meanHitRate: this.#hitRates / this.#rows }),
    };
  }
}
