import type { NumpyRandom } from './random.ts';

/** How often each value was observed. */
export type Counts = ReadonlyMap<number, number>;

export function countsOf(values: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) increment(counts, value);
  return counts;
}

/** Counts more observations of a value. */
export function increment(counts: Map<number, number>, value: number, by = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}

/**
 * Draws from observed values with their frequencies; nothing is interpolated.
 * Without any observation it gives 0, and draws no random number.
 */
export class Empirical {
  readonly #values: readonly number[];
  readonly #cumulative: Float64Array;
  readonly #random: NumpyRandom;

  constructor(counts: Counts, random: NumpyRandom) {
    const ordered = [...counts].sort(([a], [b]) => a - b);
    this.#values = ordered.map(([value]) => value);
    this.#cumulative = cumulate(ordered.map(([, count]) => count));
    this.#random = random;
  }

  sample(): number {
    if (this.#values.length === 0) return 0;
    return this.#values[pick(this.#cumulative, this.#random.random())]!;
  }
}

/** Weights as running sums over their total, so that `pick` chooses an index by its weight. */
export function cumulate(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let running = 0;
  return Float64Array.from(weights, (weight) => {
    running += weight;
    return running / total;
  });
}

/** First index whose running sum is at least `u`: Python's `bisect_left`. */
export function pick(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle]! < u) low = middle + 1;
    else high = middle;
  }
  return low;
}
