import type { Histogram } from '../../count/histogram.ts';
import { nsToMs } from '../../values/units.ts';

/** Percentiles that aiperf writes, in percent. */
export const PERCENTS = [1, 5, 10, 25, 50, 75, 90, 95, 99] as const;

/** The figures of one metric as aiperf's files hold them, in its unit. */
export interface AiperfDistribution {
  readonly count: number;
  readonly sum: number;
  readonly avg: number;
  readonly min: number;
  readonly max: number;
  /** Of the population: the root of the mean squared difference from the mean. */
  readonly std: number;
  /** In the order of `PERCENTS`. */
  readonly percentiles: readonly number[];
}

/** Values kept for exact figures: 8 bytes each. */
export class Values {
  readonly #values: number[] = [];

  add(value: number): void {
    this.#values.push(value);
  }

  distribution(): AiperfDistribution | undefined {
    const count = this.#values.length;
    if (count === 0) return undefined;
    const sorted = Float64Array.from(this.#values).sort();
    const at = (index: number) => sorted[index] ?? NaN;
    const sum = sorted.reduce((total, value) => total + value, 0);
    const avg = sum / count;
    const squares = sorted.reduce((total, value) => total + (value - avg) ** 2, 0);
    return {
      count,
      sum,
      avg,
      min: at(0),
      max: at(count - 1),
      std: Math.sqrt(squares / count),
      percentiles: PERCENTS.map((percent) => interpolate(percent, count, at)),
    };
  }
}

/**
 * Gaps between chunks of all requests: too many to keep, so their percentiles come from the
 * histogram and are at most 0.1 % too high; the rest is exact.
 */
export class Gaps {
  #count = 0;
  #meanNs = 0;
  #squaresNs = 0;

  /** Welford's step: one pass, no difference of large sums. */
  add(gapNs: number): void {
    this.#count++;
    const offNs = gapNs - this.#meanNs;
    this.#meanNs += offNs / this.#count;
    this.#squaresNs += offNs * (gapNs - this.#meanNs);
  }

  /** @param histogram of the same gaps */
  distribution(histogram: Histogram): AiperfDistribution | undefined {
    const { count, minNs, maxNs, meanMs, sumNs } = histogram;
    if (minNs === undefined || maxNs === undefined || meanMs === undefined) return undefined;
    const at = (index: number) => nsToMs(histogram.valueAtRank(index + 1));
    return {
      count,
      sum: nsToMs(Number(sumNs)),
      avg: meanMs,
      min: nsToMs(minNs),
      max: nsToMs(maxNs),
      std: nsToMs(Math.sqrt(this.#squaresNs / count)),
      percentiles: PERCENTS.map((percent) => interpolate(percent, count, at)),
    };
  }
}

/** Linear interpolation between the two values around rank (count − 1) × p, as numpy does. */
function interpolate(percent: number, count: number, at: (index: number) => number): number {
  const rank = ((count - 1) * percent) / 100;
  const below = Math.floor(rank);
  const value = at(below);
  return below + 1 < count ? value + (at(below + 1) - value) * (rank - below) : value;
}
