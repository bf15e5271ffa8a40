import { build, type Histogram as HdrHistogram, JsHistogram } from 'hdr-histogram-js';
import * as z from 'zod';

import { forEachCount, toSparse } from './sparse-counts.ts';
import { nsToMs } from '../values/units.ts';

/** Largest value a histogram tells apart: two hours. */
export const HIGHEST_NS = 7.2e12;

/** A percentile in tenths of a percent, so that ranks are integer arithmetic. */
export type PerMille = 500 | 900 | 950 | 990 | 999;

/** A histogram as accumulator.json has it: exact. */
export const histogramStateSchema = z.object({
  /** Counts by bucket of the HDR layout below, as pairs: see `sparse-counts.ts`. */
  buckets: z.array(z.number()),
  /** Null without values. */
  min_ns: z.int().nullable(),
  max_ns: z.int().nullable(),
  /** A text of digits, because it may pass 2^53. */
  sum_ns: z.string().regex(/^-?\d+$/),
  clamped: z.int().nonnegative(),
});

export type HistogramState = z.infer<typeof histogramStateSchema>;

/**
 * Durations in integer nanoseconds: an HDR histogram from 0 ns to two hours with three significant
 * digits (140 KB), and beside it what the histogram would round: count, minimum, maximum and sum.
 * For showing and merging; nothing is judged by it.
 */
export class Histogram {
  readonly #hdr = createHdr();
  /** The sum is `#sumHighNs + BigInt(#sumLowNs)`: it passes 2^53 after 9,000 values of 1,000 s. */
  #sumLowNs = 0;
  #sumHighNs = 0n;
  #minNs = Infinity;
  #maxNs = -Infinity;
  #clamped = 0;

  get count(): number {
    return this.#hdr.totalCount;
  }

  /** Values outside the range: counted at its nearer end, exact in the other figures. */
  get clamped(): number {
    return this.#clamped;
  }

  /** `undefined` without values, as the other figures are. */
  get minNs(): number | undefined {
    return this.count === 0 ? undefined : this.#minNs;
  }

  get maxNs(): number | undefined {
    return this.count === 0 ? undefined : this.#maxNs;
  }

  get sumNs(): bigint {
    return this.#sumHighNs + BigInt(this.#sumLowNs);
  }

  /** The exact sum, divided once: in milliseconds, `undefined` without values. */
  get meanMs(): number | undefined {
    return this.count === 0 ? undefined : nsToMs(Number(this.sumNs) / this.count);
  }

  /**
   * Counts one duration.
   *
   * @throws {RangeError} if it is no safe integer: hdr-histogram-js would count NaN without a
   *   bucket, and then report 0 as the largest value
   */
  record(valueNs: number): void {
    if (!Number.isSafeInteger(valueNs)) {
      throw new RangeError(`Cannot record "${valueNs}": it is no duration, expected whole ns`);
    }
    const trackedNs = Math.min(Math.max(valueNs, 0), HIGHEST_NS);
    if (trackedNs !== valueNs) this.#clamped++;
    this.#hdr.recordValue(trackedNs);
    this.#minNs = Math.min(this.#minNs, valueNs);
    this.#maxNs = Math.max(this.#maxNs, valueNs);
    const sumNs = this.#sumLowNs + valueNs;
    if (!Number.isSafeInteger(sumNs)) this.#sumHighNs += BigInt(this.#sumLowNs);
    this.#sumLowNs = Number.isSafeInteger(sumNs) ? sumNs : valueNs;
  }

  /**
   * The value that `rank` of the values do not exceed: the upper end of its bucket, at most 0.1 %
   * too high and never above the exact maximum.
   *
   * @param rank 1 for the smallest value up to `count` for the largest
   * @throws {RangeError} if there is no such rank
   */
  valueAtRank(rank: number): number {
    if (!(rank >= 1 && rank <= this.count)) {
      throw new RangeError(`Cannot read rank "${rank}": expected 1 to ${this.count}`);
    }
    // The library rounds a percentage up to a rank; half a rank lower leaves room for its error.
    const bucketTopNs = this.#hdr.getValueAtPercentile((100 * (rank - 0.5)) / this.count);
    return Math.min(bucketTopNs, this.#maxNs);
  }

  /** How many values are above a limit: at most those up to 0.1 % below it are counted too. */
  countAbove(limitNs: number): number {
    const hdr = this.#hdr;
    let above = 0;
    for (let index = hdr.countsArrayLength - 1; index >= 0; index--) {
      if (hdr.highestEquivalentValue(hdr.valueFromIndex(index)) <= limitNs) break;
      above += hdr.getCountAtIndex(index);
    }
    return above;
  }

  /** Adds the values of another histogram. In any order and grouping the result is the same. */
  merge(other: Histogram): void {
    this.addState(other.toState());
  }

  toState(): HistogramState {
    const hdr = this.#hdr;
    return {
      buckets: [...toSparse(hdr.countsArrayLength, (index) => hdr.getCountAtIndex(index))],
      min_ns: this.minNs ?? null,
      max_ns: this.maxNs ?? null,
      sum_ns: String(this.sumNs),
      clamped: this.#clamped,
    };
  }

  /**
   * Adds what `toState` gave: the same as `merge` with the histogram itself.
   *
   * @throws {RangeError} if the buckets cannot be those of a histogram
   */
  addState(state: HistogramState): void {
    const hdr = this.#hdr;
    forEachCount(state.buckets, hdr.countsArrayLength, (index, count) => {
      hdr.recordValueWithCount(hdr.valueFromIndex(index), count);
    });
    this.#clamped += state.clamped;
    this.#minNs = Math.min(this.#minNs, state.min_ns ?? Infinity);
    this.#maxNs = Math.max(this.#maxNs, state.max_ns ?? -Infinity);
    this.#sumHighNs += BigInt(state.sum_ns);
  }

  /** The counts as a histogram of hdr-histogram-js, for its encoders; a copy. */
  toHdr(): HdrHistogram {
    const copy = createHdr();
    copy.add(this.#hdr);
    return copy;
  }
}

function createHdr(): JsHistogram {
  const hdr = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
  });
  // What it builds without WebAssembly; its buckets can be read one by one.
  if (!(hdr instanceof JsHistogram)) throw new TypeError('Cannot use a histogram of another kind');
  return hdr;
}

/** Rank of a percentile among `count` values: the smallest that covers that share of them. */
export function rankOf(perMille: PerMille, count: number): number {
  return Math.ceil((count * perMille) / 1000);
}

/** Whether so many values say anything about a percentile: ten of them must lie above it. */
export function isEnoughFor(perMille: PerMille, count: number): boolean {
  return count * (1000 - perMille) >= 10_000;
}
