/** How often each value was observed. */
export type Counts = ReadonlyMap<number, number>;

/** Counts values. */
export function countsOf(values: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) increment(counts, value);
  return counts;
}

/** Counts one more observation of a value. */
export function increment(counts: Map<number, number>, value: number, by = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}
