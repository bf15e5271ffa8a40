/** What datagen's tables say about a set of numbers. */
export interface DistributionSummary {
  readonly mean: number;
  /** Standard deviation of the whole population. */
  readonly std: number;
  readonly min: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Counts how often each value occurs. Memory follows the distinct values. */
export class Distribution {
  readonly #counts = new Map<number, number>();
  #size = 0;

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#size += 1;
  }

  /**
   * Exact percentiles, between two values in proportion: numpy's linear method.
   *
   * @returns `undefined` without values
   */
  summary(): DistributionSummary | undefined {
    const size = this.#size;
    if (size === 0) return undefined;
    const ordered = [...this.#counts].sort(([a], [b]) => a - b);
    const sum = (term: (value: number) => number) =>
      ordered.reduce((total, [value, count]) => total + term(value) * count, 0);
    const mean = sum((value) => value) / size;
    const at = quantiles(ordered, size);
    return {
      mean,
      std: Math.sqrt(sum((value) => (value - mean) ** 2) / size),
      min: ordered[0]![0],
      p25: at(25),
      median: at(50),
      p75: at(75),
      p90: at(90),
      p99: at(99),
      max: ordered.at(-1)![0],
    };
  }
}

function quantiles(ordered: readonly (readonly [value: number, count: number])[], size: number) {
  const valueAt = (rank: number) => {
    let passed = 0;
    for (const [value, count] of ordered) {
      passed += count;
      if (rank < passed) return value;
    }
    return ordered.at(-1)![0];
  };
  return (percent: number) => {
    const rank = ((size - 1) * percent) / 100;
    const low = valueAt(Math.floor(rank));
    return low + (valueAt(Math.ceil(rank)) - low) * (rank % 1);
  };
}
