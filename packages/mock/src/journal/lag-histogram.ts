/** How late chunks left, in nanoseconds. Only what can be known is there: nothing for no chunk. */
export interface LagSummary {
  readonly count: number;
  readonly mean_ns?: number;
  readonly p50_ns?: number;
  readonly p99_ns?: number;
  readonly max_ns?: number;
}

/** Buckets in each doubling; a bucket's upper end is at most 3.2 % above what is in it. */
const BUCKETS_PER_DOUBLING = 32;
const DOUBLINGS = 44;

/**
 * Counts durations from 1 ns to 4.8 h in a fixed 11 kB, so that an hour of tokens fits. Mean and
 * maximum are exact; percentiles are the upper end of a bucket, never above the maximum.
 */
export class LagHistogram {
  readonly #counts = new Float64Array(BUCKETS_PER_DOUBLING * DOUBLINGS);
  #count = 0;
  #sumNs = 0;
  #maxNs = 0;

  record(lagNs: number): void {
    this.#count += 1;
    this.#sumNs += lagNs;
    if (lagNs > this.#maxNs) this.#maxNs = lagNs;
    const bucket = Math.floor(Math.log2(Math.max(1, lagNs)) * BUCKETS_PER_DOUBLING);
    this.#counts[Math.min(bucket, this.#counts.length - 1)]! += 1;
  }

  summary(): LagSummary {
    if (this.#count === 0) return { count: 0 };
    return {
      count: this.#count,
      mean_ns: Math.round(this.#sumNs / this.#count),
      p50_ns: this.#percentileNs(0.5),
      p99_ns: this.#percentileNs(0.99),
      max_ns: this.#maxNs,
    };
  }

  #percentileNs(share: number): number {
    let left = Math.ceil(this.#count * share);
    const bucket = this.#counts.findIndex((count) => (left -= count) <= 0);
    return Math.min(this.#maxNs, Math.round(2 ** ((bucket + 1) / BUCKETS_PER_DOUBLING)));
  }
}
