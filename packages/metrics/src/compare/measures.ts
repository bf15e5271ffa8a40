import type { ComparedLatency } from './compared-row.ts';

/** One number that a pair of runs is compared by, made from its rows. */
export interface Measure {
  /** `goodput`, or the tag of a latency. */
  readonly metric: 'goodput' | ComparedLatency;
  /** `by_row` is the median over rows of second ÷ first: what became of the same request. */
  readonly statistic: 'share' | 'mean' | 'p50' | 'p90' | 'p99' | 'by_row';
  /** A headline measure is judged; the others are shown. Fixed before anybody looks at a run. */
  readonly isHeadline: boolean;
}

const LATENCY = 'time_to_first_token';
const GAP = 'inter_token_latency';
const WHOLE = 'request_latency';

/**
 * What is compared, in the order of every report. Few are judged, because each more that is judged
 * makes all of them less sure.
 */
export const MEASURES: readonly Measure[] = [
  { metric: 'goodput', statistic: 'share', isHeadline: true },
  { metric: LATENCY, statistic: 'mean', isHeadline: false },
  { metric: LATENCY, statistic: 'p50', isHeadline: true },
  { metric: LATENCY, statistic: 'p90', isHeadline: true },
  { metric: LATENCY, statistic: 'p99', isHeadline: false },
  { metric: LATENCY, statistic: 'by_row', isHeadline: true },
  { metric: GAP, statistic: 'mean', isHeadline: false },
  { metric: GAP, statistic: 'p50', isHeadline: true },
  { metric: GAP, statistic: 'p90', isHeadline: false },
  { metric: GAP, statistic: 'p99', isHeadline: false },
  { metric: GAP, statistic: 'by_row', isHeadline: false },
  { metric: WHOLE, statistic: 'mean', isHeadline: false },
  { metric: WHOLE, statistic: 'p50', isHeadline: false },
  { metric: WHOLE, statistic: 'p90', isHeadline: false },
  { metric: WHOLE, statistic: 'p99', isHeadline: false },
  { metric: WHOLE, statistic: 'by_row', isHeadline: false },
];

/** ln(second ÷ first); 0 where both are infinite or both are 0, for then neither is ahead. */
export function logRatio(first: number, second: number): number {
  return first === second ? 0 : Math.log(second / first);
}
