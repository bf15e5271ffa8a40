import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

import { countDuration, createLogCounts, type LogCounts } from '@trace-replay/metrics/internal';

const RESOLUTION_MS = 10;

/** Watches how long the calling loop takes from turn to turn. */
export function watchLoopDelay(): { stop(): LogCounts } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    stop() {
      histogram.disable();
      return loopDelayOf(histogram, RESOLUTION_MS * 1e6);
    },
  };
}

/**
 * Converts Node's histogram, which has values at some percentiles only: those between two count at
 * the upper one. They include the timer's resolution: an idle loop reads 10.15 ms at 10.
 */
export function loopDelayOf(
  { count, percentiles }: Pick<IntervalHistogram, 'count' | 'percentiles'>,
  resolutionNs: number,
): LogCounts {
  const counts = createLogCounts();
  let counted = 0;
  const steps = [...percentiles].sort(([a], [b]) => a - b);
  for (const [percentile, valueNs] of steps) {
    const upTo = Math.round((percentile / 100) * count);
    for (; counted < upTo; counted++) countDuration(counts, valueNs - resolutionNs);
  }
  return counts;
}
