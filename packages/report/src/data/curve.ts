import type { Histogram } from '@trace-replay/metrics';

import { FEWEST_ABOVE } from './order-statistics.ts';

/** The percentiles of the summary; every curve that is long enough passes through them. */
export const SUMMARY_SHARES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;
const STEPS_A_DECADE = 24;

/** One point of a curve: the share of values at most so large, and that value. */
export interface CurvePoint {
  readonly share: number;
  readonly ms: number;
}

/**
 * Values by percentile, up to the last one with ten values above it, as in the summary.
 *
 * @param infinite rows whose value is infinite: they lie above all others
 */
export function curveOf(histogram: Histogram, infinite = 0): readonly CurvePoint[] {
  const total = histogram.count + infinite;
  const last = 1 - FEWEST_ABOVE / total;
  if (!(last > 0)) return [];
  const decades = Math.log10(1 / (1 - last));
  const steps = Math.max(1, Math.ceil(decades * STEPS_A_DECADE));
  const even = Array.from(
    { length: steps + 1 },
    (_, step) => 1 - 10 ** ((-decades * step) / steps),
  );
  const shares = [...new Set([...even.slice(1), ...SUMMARY_SHARES])]
    .filter((share) => share > 0 && total * (1 - share) >= FEWEST_ABOVE - 1e-6)
    .sort((a, b) => a - b);
  return shares.flatMap((share) => {
    // Half a thousandth of a rank below, so that 0.9 × 10 is rank 9 and not 10.
    const rank = Math.max(1, Math.ceil(total * share - 5e-4));
    return rank > histogram.count ? [] : [{ share, ms: histogram.valueAtRank(rank) / 1e6 }];
  });
}
