/** A set of numbers as datagen's tables describe it. */
export interface DistributionSummary {
  readonly mean: number;
  /** Standard deviation of the whole population. */
  readonly std: number;
  readonly min: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly max: number;
}

/** Percentiles that are values of the set: the one with a share p of all values before it. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Counts how often each value occurs. Memory follows the distinct values. */
export class ValueCounts {
  readonly #counts = new Map<number, number>();
  #size = 0;

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#size += 1;
  }

  /** Exact percentiles by numpy's linear method; `undefined` without values. */
  summary(): DistributionSummary | undefined {
    const size = this.#size;
    if (size === 0) return undefined;
    const ordered = this.#ordered();
    const sum = (term: (value: number) => number) =>
      ordered.reduce((total, [value, count]) => total + term(value) * count, 0);
    const mean = sum((value) => value) / size;
    const at = (percent: number) => {
      const rank = ((size - 1) * percent) / 100;
      const low = valueAt(ordered, Math.floor(rank));
      return low + (valueAt(ordered, Math.ceil(rank)) - low) * (rank % 1);
    };
    return {
      mean,
      std: Math.sqrt(sum((value) => (value - mean) ** 2) / size),
      min: ordered[0]![0],
      p25: at(25),
      median: at(50),
      p75: at(75),
      max: ordered.at(-1)![0],
    };
  }

  percentiles(): Percentiles | undefined {
    const size = this.#size;
    if (size === 0) return undefined;
    const ordered = this.#ordered();
    const at = (percent: number) => valueAt(ordered, Math.floor((size * percent) / 100));
    return { p50: at(50), p90: at(90), p99: at(99) };
  }

  #ordered(): ValueCount[] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

type ValueCount = readonly [value: number, count: number];

/** Value at an index, from 0, of all values in order. */
function valueAt(ordered: readonly ValueCount[], index: number): number {
  let passed = 0;
  for (const [value, count] of ordered) {
    passed += count;
    if (index < passed) return value;
  }
  throw new RangeError(`Cannot read value ${index} of ${passed}, expected a lower index`);
}
