/** The middle of several values, and how far they reach. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The smallest value that at least `fraction` of the values do not exceed (nearest rank).
 *
 * @param fraction above 0, at most 1
 * @returns `undefined` without values
 */
export function percentile(values: ArrayLike<number>, fraction: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
}

/** @returns `undefined` without values */
export function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The median (of an even number of values: between the middle two), the lowest and the highest. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  const [low] = sorted;
  const high = sorted.at(-1);
  if (upper === undefined || lower === undefined || low === undefined || high === undefined) {
    return undefined;
  }
  return { median: (lower + upper) / 2, low, high };
}

/**
 * What one more unit of `x` adds to `y`, between a small and a large run: what both have alike,
 * such as a start-up, drops out.
 *
 * @returns `undefined` if a value is unknown or the runs are of one size
 */
export function slope(
  small: { readonly x: number | undefined; readonly y: number | undefined },
  large: { readonly x: number | undefined; readonly y: number | undefined },
): number | undefined {
  if (small.x === undefined || small.y === undefined) return undefined;
  if (large.x === undefined || large.y === undefined || large.x === small.x) return undefined;
  return (large.y - small.y) / (large.x - small.x);
}
