import { mostWithin } from '../../schedule/sender-count.ts';
import { type DistributionSummary, ValueCounts } from './value-counts.ts';

/** When the rows of a trace arrive. Rates are over the time from the first row to the last. */
export interface ArrivalStatistics {
  readonly firstTimestampMs: number;
  readonly lastTimestampMs: number;
  readonly durationSeconds: number;
  /** Absent, as every rate, when all rows arrive at once. */
  readonly rowsPerSecond?: number;
  readonly inputTokensPerSecond?: number;
  readonly outputTokensPerSecond?: number;
  /** Rows at one timestamp. */
  readonly burst: { readonly count: number; readonly mean: number; readonly max: number };
  /** Milliseconds between neighbouring timestamps; absent when there is one. */
  readonly gapsMs?: DistributionSummary;
  /** Standard deviation of the time from row to row ÷ its mean; absent when all arrive at once. */
  readonly variation?: number;
  /** The most rows within any window of this length. */
  readonly busiest: readonly { readonly seconds: number; readonly rows: number }[];
}

const WINDOWS_SECONDS = [1, 10, 60];

/** @param timestampsMs ascending, at least one */
export function analyzeArrivals(
  timestampsMs: Float64Array,
  tokens: { readonly input: number; readonly output: number },
): ArrivalStatistics {
  const rows = timestampsMs.length;
  const firstTimestampMs = timestampsMs[0]!;
  const lastTimestampMs = timestampsMs[rows - 1]!;
  const durationSeconds = (lastTimestampMs - firstTimestampMs) / 1000;
  const gaps = new ValueCounts();
  let squaresMs = 0;
  let bursts = 1;
  let burstRows = 1;
  let largestBurst = 1;
  for (let row = 1; row < rows; row += 1) {
    const gapMs = timestampsMs[row]! - timestampsMs[row - 1]!;
    squaresMs += gapMs ** 2;
    burstRows = gapMs === 0 ? burstRows + 1 : 1;
    largestBurst = Math.max(largestBurst, burstRows);
    if (gapMs === 0) continue;
    bursts += 1;
    gaps.add(gapMs);
  }
  const gapsMs = gaps.summary();
  const meanMs = (lastTimestampMs - firstTimestampMs) / (rows - 1);
  return {
    firstTimestampMs,
    lastTimestampMs,
    durationSeconds,
    burst: { count: bursts, mean: rows / bursts, max: largestBurst },
    busiest: WINDOWS_SECONDS.map((seconds) => ({
      seconds,
      rows: mostWithin(timestampsMs, seconds * 1000),
    })),
    ...(gapsMs !== undefined && {
      rowsPerSecond: rows / durationSeconds,
      inputTokensPerSecond: tokens.input / durationSeconds,
      outputTokensPerSecond: tokens.output / durationSeconds,
      gapsMs,
      variation: Math.sqrt(Math.max(0, squaresMs / (rows - 1) - meanMs ** 2)) / meanMs,
    }),
  };
}
