import { ALL_ROWS_METRICS } from '../record/catalog.ts';
import type { ComparedLatency } from './compared-run.ts';

/** `by_row` is the median over rows of second ÷ first: what became of the same request. */
const LATENCY_STATISTICS = ['mean', 'p50', 'p90', 'p99', 'by_row'] as const;

type LatencyStatistic = (typeof LATENCY_STATISTICS)[number];

/** One number that a pair of runs is compared by, made from its rows. */
export interface Measure {
  readonly metric: 'goodput' | ComparedLatency;
  readonly statistic: 'share' | LatencyStatistic;
  /** A headline measure is judged; the others are shown. Fixed before anybody looks at a run. */
  readonly isHeadline: boolean;
}

/** Few are judged, because each more that is judged makes all of them less sure. */
const HEADLINES: Readonly<Record<ComparedLatency, readonly LatencyStatistic[]>> = {
  time_to_first_token: ['p50', 'p90', 'by_row'],
  inter_token_latency: ['p50'],
  request_latency: [],
};

/** What is compared, in the order of every report and of what `MeasurePair` gives. */
export const MEASURES: readonly Measure[] = [
  { metric: 'goodput', statistic: 'share', isHeadline: true },
  ...ALL_ROWS_METRICS.flatMap((metric) =>
    LATENCY_STATISTICS.map((statistic) => {
      return { metric, statistic, isHeadline: HEADLINES[metric].includes(statistic) };
    }),
  ),
];

/** What one measure says of a pair. */
export interface Measured {
  /** Of each side; unknown for `by_row`, which has only a ratio. */
  readonly first?: number;
  readonly second?: number;
  /** Second − first for a share, ln(second ÷ first) for a time; infinite where a side is. */
  readonly effect: number;
}

/** A time or rate of both sides. The effect is 0 where both are infinite: neither is ahead. */
export function measuredOf(
  first: number | undefined,
  second: number | undefined,
): Measured | undefined {
  if (first === undefined || second === undefined) return undefined;
  return { first, second, effect: first === second ? 0 : Math.log(second / first) };
}
