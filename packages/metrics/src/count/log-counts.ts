import { forEachCount, toSparse } from './sparse-counts.ts';

/**
 * Counts of durations in buckets 3 % wide, in whole nanoseconds up to 2.4 hours: plain data of
 * fixed size, so that it crosses threads as it is. `Histogram` counts as fast (190 ns), but takes
 * 140 KB instead of 10 and 10 ms instead of 6 µs to cross, and its narrower buckets would change
 * the readings of run.json and leave the `log_buckets` of older shards without a reader.
 */
export interface LogCounts {
  readonly counts: Float64Array;
  count: number;
  /** Exact, as are the next; sums stay exact up to 2^53 ns, 104 days of lateness. */
  sumNs: number;
  /** 0 while there is no value. */
  maxNs: number;
}

/** 32 buckets between a power of two and the next; below 64 every value has its own. */
const STEPS = 32;
const STEP_BITS = 5;
const HIGHEST_NS = 2 ** 43 - 1;
const BUCKETS = bucketOf(HIGHEST_NS) + 1;

export function createLogCounts(): LogCounts {
  return { counts: new Float64Array(BUCKETS), count: 0, sumNs: 0, maxNs: 0 };
}

/** Counts one duration in nanoseconds; one below 0 counts as 0. */
export function countDuration(into: LogCounts, valueNs: number): void {
  const wholeNs = valueNs > 0 ? Math.round(valueNs) : 0;
  const bucket = bucketOf(Math.min(wholeNs, HIGHEST_NS));
  into.counts[bucket] = (into.counts[bucket] ?? 0) + 1;
  into.count++;
  into.sumNs += wholeNs;
  if (wholeNs > into.maxNs) into.maxNs = wholeNs;
}

export function addLogCounts(into: LogCounts, other: LogCounts): void {
  for (const [bucket, count] of other.counts.entries()) {
    if (count > 0) into.counts[bucket] = (into.counts[bucket] ?? 0) + count;
  }
  into.count += other.count;
  into.sumNs += other.sumNs;
  into.maxNs = Math.max(into.maxNs, other.maxNs);
}

/** Log counts as a file holds them: the buckets by `toSparse`. */
export interface LogCountsState {
  log_buckets: number[];
  sum_ns: number;
  max_ns: number;
}

/** Log counts as a part of an accumulator. */
export function logCountsPart(into: LogCounts) {
  const { counts, sumNs, maxNs } = into;
  return {
    toState(): LogCountsState {
      const log_buckets = [...toSparse(counts.length, (bucket) => counts[bucket] ?? 0)];
      return { log_buckets, sum_ns: sumNs, max_ns: maxNs };
    },
    addState(state: LogCountsState): void {
      const other = { ...createLogCounts(), sumNs: state.sum_ns, maxNs: state.max_ns };
      forEachCount(state.log_buckets, counts.length, (bucket, count) => {
        other.counts[bucket] = count;
        other.count += count;
      });
      addLogCounts(into, other);
    },
  };
}

/**
 * The value that a share of the values do not exceed: the upper end of its bucket, at most 3.2 %
 * too high and never above the largest value.
 *
 * @param share above 0, at most 1
 * @returns `undefined` without values
 */
export function quantileOf({ counts, count, maxNs }: LogCounts, share: number): number | undefined {
  if (count === 0) return undefined;
  // A share such as 0.99 times a count is off by a few 2^-53; that must not become a rank more.
  const rank = Math.ceil(share * count - 1e-6);
  let below = 0;
  for (const [bucket, inBucket] of counts.entries()) {
    below += inBucket;
    if (inBucket > 0 && below >= rank) return Math.min(lowerEndOf(bucket + 1) - 1, maxNs);
  }
  return maxNs;
}

/** Counts values up to a limit: never too few, at most those up to 3.2 % above it too many. */
export function countUpTo({ counts, maxNs, count }: LogCounts, limitNs: number): number {
  if (limitNs < 0) return 0;
  if (limitNs >= maxNs) return count;
  const last = bucketOf(Math.min(Math.floor(limitNs), HIGHEST_NS));
  return counts.subarray(0, last + 1).reduce((sum, inBucket) => sum + inBucket, 0);
}

/** The buckets that hold values, with the least value that each can hold. */
export function entriesOf({ counts }: LogCounts): { leastNs: number; count: number }[] {
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([bucket, count]) => ({ leastNs: lowerEndOf(bucket), count }));
}

function bucketOf(wholeNs: number): number {
  if (wholeNs < 2 * STEPS) return wholeNs;
  const exponent = Math.floor(Math.log2(wholeNs));
  // log2 rounds: just below a power of two it may give the power.
  const power = 2 ** exponent > wholeNs ? exponent - 1 : exponent;
  return (power - STEP_BITS) * STEPS + Math.floor(wholeNs / 2 ** (power - STEP_BITS));
}

function lowerEndOf(bucket: number): number {
  if (bucket < 2 * STEPS) return bucket;
  const power = Math.floor(bucket / STEPS) - 1;
  return (bucket - power * STEPS) * 2 ** power;
}
