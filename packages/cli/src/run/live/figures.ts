import {
  type Accumulator,
  FAILURE_CLASSES,
  type FailureClass,
  type Histogram,
} from '@trace-replay/metrics';

export interface Counted {
  readonly rows: number;
  readonly dispatched: number;
  /** Since the run's zero; negative before it. */
  readonly elapsedSeconds: number;
  /** From the zero to the last row's due time. */
  readonly scheduleSeconds: number;
}

/** What the live line shows: counted so far, unknown is absent. */
export interface LiveFigures extends Counted {
  readonly inFlight: number;
  readonly ok: number;
  readonly failed: number;
  readonly failures: readonly (readonly [FailureClass, number])[];
  readonly tokensPerSecond?: number | undefined;
  readonly ttftMs?: Quantiles | undefined;
  readonly itlMs?: Quantiles | undefined;
  readonly lagMs?: Quantiles | undefined;
  /** Good rows of those that have ended. */
  readonly good?: { readonly count: number; readonly ended: number } | undefined;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Figures of a run that goes on, from what was counted so far. */
export function figuresOf(accumulator: Accumulator, counted: Counted): LiveFigures {
  const { outcomes, failures, okSums, histograms, objectives } = accumulator;
  const ok = outcomes.get('ok');
  const failed = outcomes.get('failed');
  const ended = ok + failed + outcomes.get('aborted_inflight');
  const tokens = okSums.get('output_counted');
  const { elapsedSeconds, dispatched } = counted;
  return {
    ...counted,
    ok,
    failed,
    inFlight: dispatched - ended,
    failures: FAILURE_CLASSES.map((name) => [name, failures.get(name)] as const).filter(
      ([, count]) => count > 0,
    ),
    tokensPerSecond: elapsedSeconds > 0 && tokens > 0 ? tokens / elapsedSeconds : undefined,
    ttftMs: quantiles(histograms.time_to_first_token),
    itlMs: quantiles(histograms.inter_token_latency),
    lagMs: quantiles(histograms.schedule_lag),
    good: objectives.length > 0 && ended > 0 ? { count: okSums.get('good'), ended } : undefined,
  };
}

/** So far, of however few values: the report at the end is stricter. */
function quantiles(histogram: Histogram): Quantiles | undefined {
  const { count } = histogram;
  if (count === 0) return undefined;
  const at = (share: number) => histogram.valueAtRank(Math.max(1, Math.ceil(count * share))) / 1e6;
  return { p50: at(0.5), p99: at(0.99) };
}
