import { PrefixFilter } from './prefix-filter.ts';
import type { TraceRow } from '../trace/row.ts';

/**
 * What a prefix cache without a limit, empty at first, would hold of rows that come in file order.
 */
export interface CachePrediction {
  readonly rows: number;
  /** Prompt tokens in leading blocks with which an earlier row began. */
  readonly cachedTokens: number;
  /** All prompt tokens. */
  readonly promptTokens: number;
  /** Mean over the rows of cached ÷ prompt tokens, 0 to 1; absent without rows. */
  readonly meanHitRate?: number;
}

export interface CachePredictorOptions {
  /** Prompt tokens that one hash id names. */
  readonly blockSize: number;
}

/**
 * Predicts from rows, one after the other, in 16 MB of memory. Where rows share a prefix they share
 * it whatever their order, so the sum of cached tokens does not depend on which row of a burst
 * comes first; the mean of the rates does, a little.
 */
export class CachePredictor {
  readonly #blockSize: number;
  #prefixes: PrefixFilter | undefined;
  #rows = 0;
  #cachedTokens = 0;
  #promptTokens = 0;
  #hitRates = 0;

  constructor({ blockSize }: CachePredictorOptions) {
    this.#blockSize = blockSize;
  }

  add({ inputLength, hashIds }: TraceRow): void {
    const tokens = hashIds ? this.#cachedIn(hashIds, inputLength) : 0;
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

  #cachedIn(hashIds: NonNullable<TraceRow['hashIds']>, inputLength: number): number {
    const prefixes = (this.#prefixes ??= new PrefixFilter());
    if (prefixes.isFull) return 0;
    return Math.min(prefixes.add(hashIds) * this.#blockSize, inputLength);
  }
}
