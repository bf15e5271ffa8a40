import type { Accumulator, FailureClass, Histogram } from '@trace-replay/metrics';
import { FAILURE_CLASSES } from '@trace-replay/metrics';

/** What the live line shows: counted so far, unknown is absent. */
export interface LiveFigures {
  readonly rows: number;
  readonly dispatched: number;
  readonly inFlight: number;
  readonly ok: number;
  readonly failed: number;
  readonly failures: readonly (readonly [FailureClass, number])[];
  /** Since the run's zero; negative before it. */
  readonly elapsedSeconds: number;
  /** From the zero to the last row's due time. */
  readonly scheduleSeconds: number;
  readonly tokensPerSecond?: number;
  readonly ttftMs?: Quantiles;
  readonly itlMs?: Quantiles;
  readonly lagMs?: Quantiles;
  /** Good rows of those that have ended. */
  readonly good?: { readonly count: number; readonly ended: number };
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export interface Counted {
  readonly rows: number;
  readonly dispatched: number;
  readonly elapsedSeconds: number;
  readonly scheduleSeconds: number;
}

/** Figures of a run that goes on, from what was counted so far. */
export function figuresOf(accumulator: Accumulator, counted: Counted): LiveFigures {
  const { outcomes, failures, okSums, histograms, objectives } = accumulator;
  const ok = outcomes.get('ok');
  const failed = outcomes.get('failed');
  const ended = ok + failed + outcomes.get('aborted_inflight');
  const tokens = okSums.get('output_counted');
  const ttftMs = quantiles(histograms.time_to_first_token);
  const itlMs = quantiles(histograms.inter_token_latency);
  const lagMs = quantiles(histograms.schedule_lag);
  return {
    ...counted,
    ok,
    failed,
    inFlight: counted.dispatched - ended,
    failures: FAILURE_CLASSES.filter((name) => failures.get(name) > 0).map(
      (name) => [name, failures.get(name)] as const,
    ),
    ...(counted.elapsedSeconds > 0 && tokens > 0
      ? { tokensPerSecond: tokens / counted.elapsedSeconds }
      : {}),
    ...(ttftMs && { ttftMs }),
    ...(itlMs && { itlMs }),
    ...(lagMs && { lagMs }),
    ...(objectives.length > 0 && ended > 0 ? { good: { count: okSums.get('good'), ended } } : {}),
  };
}

/** So far, of however few values: the report at the end is stricter. */
function quantiles(histogram: Histogram): Quantiles | undefined {
  const { count } = histogram;
  if (count === 0) return undefined;
  const at = (share: number) => histogram.valueAtRank(Math.max(1, Math.ceil(count * share))) / 1e6;
  return { p50: at(0.5), p99: at(0.99) };
}
