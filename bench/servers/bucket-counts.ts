/** How often a value fell into a bucket: its upper edge in milliseconds, and the count. */
export type BucketCounts = readonly (readonly [upperMs: number, count: number])[];

/** Lines of upper edge in nanoseconds and count, ascending → counts. */
export function readCounts(text: string): BucketCounts {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [upperNs, count] = line.split(' ');
      return [Number(upperNs) / 1e6, Number(count)] as const;
    });
}

/** The upper edge of the bucket that holds the percentile; `undefined` without values. */
export function percentileOfCounts(counts: BucketCounts, fraction: number): number | undefined {
  const rank = Math.ceil(fraction * counts.reduce((sum, [, count]) => sum + count, 0));
  let below = 0;
  for (const [upperMs, count] of counts) {
    below += count;
    if (below >= rank) return upperMs;
  }
  return undefined;
}
