import { entriesOf, type LogCounts } from './log-counts.ts';
import type { JudgedFigure, LatencyClaimTag } from './fidelity-schema.ts';
import type { Lateness, Readings } from './readings-schema.ts';

/** Fewer stamps than this are no measurement. */
export const LEAST_STAMPS = 20;

/** Quantile of the lag of the same run, in ms; `undefined` if no row was sent. */
export type LagOf = (figure: JudgedFigure) => number | undefined;

export interface ErrorSources {
  readonly readings: Readings;
  readonly lagMs: LagOf;
  /** n − 1 of every row that has an inter-token latency. */
  readonly gapsPerRow: LogCounts;
}

/** The receive error, if there were enough stamps to call it one. */
export function receiveErrorOf({ loops }: Readings): Lateness | undefined {
  const error = loops?.receive_error;
  return error !== undefined && error.count >= LEAST_STAMPS ? error : undefined;
}

/**
 * The client's own error in one figure of one metric, in ms; `docs/fidelity.md` says why it is this.
 *
 * @returns `undefined` if the stamps' error was not measured
 */
export function ownErrorMs(
  tag: LatencyClaimTag,
  figure: JudgedFigure,
  { readings, lagMs, gapsPerRow }: ErrorSources,
): number | undefined {
  const receive = receiveErrorOf(readings);
  if (receive === undefined) return undefined;
  switch (tag) {
    case 'time_to_first_token':
    case 'request_latency':
    case 'connect_time':
      return shiftOf(receive, figure) + shiftOf(readings.loops?.send_error, figure);
    case 'time_to_first_token_from_schedule':
    case 'request_latency_from_schedule':
      return shiftOf(receive, figure) + lagShiftOf(lagMs, figure);
    case 'inter_token_latency':
      return sharedErrorMs(receive, gapsPerRow, figure);
    case 'inter_chunk_latency':
      return receive[figure];
  }
}

/**
 * The error within which a single row's verdict holds, but for one row in a thousand.
 *
 * @returns `undefined` if it was not measured
 */
export function rowErrorMs(readings: Readings): number | undefined {
  const receive = receiveErrorOf(readings);
  return receive && receive.p99_9 + (readings.loops?.send_error?.p99_9 ?? 0);
}

/** By how much late stamps move a figure of values that do not depend on them. */
function shiftOf(error: Lateness | undefined, figure: JudgedFigure): number {
  if (error === undefined) return 0;
  return Math.max(error[figure], error.mean);
}

function lagShiftOf(lagMs: LagOf, figure: JudgedFigure): number {
  return Math.max(lagMs(figure) ?? 0, lagMs('mean') ?? 0);
}

const SHARES: Readonly<Record<Exclude<JudgedFigure, 'mean'>, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** Quantile or mean of error ÷ gaps, the error taken as steps that are never below it. */
function sharedErrorMs(error: Lateness, gapsPerRow: LogCounts, figure: JudgedFigure): number {
  const steps = [
    { ms: error.p50, share: 0.5 },
    { ms: error.p90, share: 0.4 },
    { ms: error.p95, share: 0.05 },
    { ms: error.p99, share: 0.04 },
    { ms: error.p99_9, share: 0.009 },
    { ms: error.max, share: 0.001 },
  ];
  const parts = steps.flatMap(({ ms, share }) =>
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
