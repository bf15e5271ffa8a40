import type { Distribution } from '../schemas/summary.ts';
import { entriesOf, type LogCounts } from '../count/log-counts.ts';
import type { JudgedFigure, LatencyClaimTag } from '../schemas/fidelity.ts';
import type { Lateness, Readings } from '../schemas/readings.ts';

/** Fewer stamps than this are no measurement. */
export const LEAST_STAMPS = 20;

export interface ErrorSources {
  readonly readings: Readings;
  readonly lag: Distribution | undefined;
  /** Tokens after the first arrival of every row that has an inter-token latency. */
  readonly gapsPerRow: LogCounts;
}

/** The receive error, if there were enough stamps to call it one. */
export function receiveErrorOf({ loops }: Readings): Lateness | undefined {
  const error = loops?.receive_error;
  return error !== undefined && error.count >= LEAST_STAMPS ? error : undefined;
}

/**
 * The client's own error in one figure of one metric, in ms, by `docs/fidelity.md`; `undefined` if
 * the stamps' error was not measured.
 */
export function ownErrorMs(
  tag: LatencyClaimTag,
  figure: JudgedFigure,
  metric: Distribution,
  { readings, lag, gapsPerRow }: ErrorSources,
): number | undefined {
  const receive = receiveErrorOf(readings);
  if (receive === undefined) return undefined;
  switch (tag) {
    case 'time_to_first_token':
    case 'request_latency':
    case 'connect_time':
      return shiftMs([receive, readings.loops?.send_error], figure, metric);
    case 'time_to_first_token_from_schedule':
    case 'request_latency_from_schedule':
      return shiftMs([receive, lag], figure, metric);
    case 'inter_token_latency':
      return sharedErrorMs(receive, gapsPerRow, figure);
    case 'inter_chunk_latency':
      return receive[figure];
  }
}

/** The error within which all but one row in a thousand keep their verdict, if it was measured. */
export function rowErrorMs(readings: Readings): number | undefined {
  const receive = receiveErrorOf(readings);
  return receive && receive.p99_9 + (readings.loops?.send_error?.p99_9 ?? 0);
}

/** By how much late stamps move a figure: a late stamp only lengthens, so at most by all of it. */
function shiftMs(
  errors: readonly (Late | undefined)[],
  figure: JudgedFigure,
  metric: Distribution,
): number {
  const known = errors.filter((error) => error !== undefined);
  const atFigure = known.reduce((sum, error) => sum + figureOf(error, figure), 0);
  const onAverage = known.reduce((sum, error) => sum + cappedMean(error, spreadOf(metric)), 0);
  const errorMs = figure === 'mean' ? atFigure : Math.max(atFigure, onAverage);
  return Math.min(errorMs, Math.max(metric[figure] ?? metric.mean, 0));
}

/** What a receive error and a lag have in common; a percentile that is not known is the maximum. */
type Late = Pick<Distribution, 'mean' | 'max' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99_9'>;

function figureOf(error: Late, figure: JudgedFigure): number {
  return Math.max(error[figure] ?? (figure === 'p50' ? error.mean : error.max), 0);
}

/** From the middle of the values to where they become few. */
function spreadOf({ p50, p90, p95, p99, min, max }: Distribution): number {
  const high = p99 ?? p95 ?? p90;
  return p50 === undefined || high === undefined ? max - min : high - p50;
}

/** The mean of the errors, each taken as no larger than the spread of the values that it moves. */
function cappedMean(error: Late, spreadMs: number): number {
  const mean = stepsOf(error).reduce(
    (sum, { ms, share }) => sum + Math.min(ms, spreadMs) * share,
    0,
  );
  return Math.min(mean, Math.max(error.mean, 0));
}

/** An error as steps that are never below it. */
function stepsOf({ max, p50 = max, p90 = max, p95 = max, p99 = max, p99_9 = max }: Late) {
  return [
    { ms: p50, share: 0.5 },
    { ms: p90, share: 0.4 },
    { ms: p95, share: 0.05 },
    { ms: p99, share: 0.04 },
    { ms: p99_9, share: 0.009 },
    { ms: max, share: 0.001 },
  ];
}

const SHARES: Readonly<Record<Exclude<JudgedFigure, 'mean'>, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** Quantile or mean of error ÷ gaps, over errors and rows. */
function sharedErrorMs(error: Lateness, gapsPerRow: LogCounts, figure: JudgedFigure): number {
  const parts = stepsOf(error).flatMap(({ ms, share }) =>
    entriesOf(gapsPerRow).map(({ leastNs: gaps, count }) => ({
      ms: ms / gaps,
      share: (share * count) / gapsPerRow.count,
    })),
  );
  if (figure === 'mean') return parts.reduce((sum, { ms, share }) => sum + ms * share, 0);
  parts.sort((a, b) => a.ms - b.ms);
  let below = 0;
  for (const { ms, share } of parts) {
    below += share;
    if (below >= SHARES[figure] - 1e-9) return ms;
  }
  return parts.at(-1)?.ms ?? error.max;
}
