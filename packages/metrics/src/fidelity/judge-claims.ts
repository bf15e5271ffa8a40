import type { Distribution, MetricSummaries } from '../schemas/summary.ts';
import {
  type Claims,
  type JudgedFigure,
  LATENCY_CLAIMS,
  type LatencyClaim,
  type Reason,
  type Verdict,
  VERDICTS,
} from '../schemas/fidelity.ts';
import { countUpTo, type LogCounts } from '../count/log-counts.ts';
import { type ErrorSources, ownErrorOf, rowErrorMs } from './own-error.ts';
import type { Readings } from '../schemas/readings.ts';

/** An error up to this is always small enough. */
const FINE_MS = 1;
const FINE_SHARE = 0.02;
const DEGRADED_SHARE = 0.1;
const DEGRADED_ROWS = 0.01;

export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.findLast((verdict) => verdicts.includes(verdict)) ?? 'valid';
}

export function worstFirst(reasons: readonly Reason[]): Reason[] {
  const isInvalid = ({ verdict }: Reason) => Number(verdict === 'invalid');
  return reasons.toSorted((a, b) => isInvalid(b) - isInvalid(a));
}

/** The table's one rule, for an error beside the value that it is part of. */
export function judgeError(errorMs: number | undefined, besideMs: number | undefined): Verdict {
  if (errorMs === undefined) return 'degraded';
  if (errorMs <= FINE_MS || (besideMs !== undefined && errorMs <= FINE_SHARE * besideMs)) {
    return 'valid';
  }
  return besideMs !== undefined && errorMs <= DEGRADED_SHARE * besideMs ? 'degraded' : 'invalid';
}

/** p50, or the mean of too few values; and the highest percentile printed up to p99. */
export function judgedFigures(metric: Distribution): readonly JudgedFigure[] {
  const middle = metric.p50 === undefined ? 'mean' : 'p50';
  const high = (['p99', 'p95', 'p90'] as const).find((figure) => metric[figure] !== undefined);
  return high === undefined ? [middle] : [middle, high];
}

export function judgeLatencies(metrics: MetricSummaries, sources: ErrorSources): Claims {
  const claims: Claims = {};
  for (const tag of LATENCY_CLAIMS) {
    const metric = metrics[tag];
    if (metric === undefined) continue;
    const errorOf = ownErrorOf(tag, metric, sources);
    claims[tag] = claimOf(metric, errorOf, (valueMs) => valueMs);
  }
  return claims;
}

export function judgeSchedule(
  lag: MetricSummaries['schedule_lag'],
  { schedule }: Readings,
): Claims['schedule'] {
  if (lag === undefined || schedule === undefined) return undefined;
  const meanGapMs = schedule.instants > 1 ? schedule.span_ms / (schedule.instants - 1) : undefined;
  const claim = claimOf(
    lag,
    (_figure, lagMs) => Math.max(lagMs, 0),
    () => meanGapMs,
  );
  return { ...claim, mean_gap_ms: meanGapMs };
}

/** @param margins of the rows, as `flipMarginNs` gives them */
export function judgeGoodput(
  rows: number,
  margins: LogCounts,
  readings: Readings,
): NonNullable<Claims['goodput']> {
  const errorMs = rowErrorMs(readings);
  if (errorMs === undefined) return { verdict: 'degraded', rows };
  const flippable = countUpTo(margins, errorMs * 1e6);
  const verdict =
    flippable === 0 ? 'valid' : flippable <= DEGRADED_ROWS * rows ? 'degraded' : 'invalid';
  return { verdict, error_ms: errorMs, flippable, rows };
}

function claimOf(
  metric: Distribution,
  errorOf: (figure: JudgedFigure, valueMs: number) => number | undefined,
  besideOf: (valueMs: number) => number | undefined,
): LatencyClaim {
  const judged = judgedFigures(metric).map((figure) => {
    const valueMs = metric[figure] ?? metric.mean;
    const errorMs = errorOf(figure, valueMs);
    const verdict = judgeError(errorMs, besideOf(valueMs));
    return [figure, { value_ms: valueMs, error_ms: errorMs, verdict }] as const;
  });
  const verdict = worstVerdict(judged.map(([, figure]) => figure.verdict));
  return { verdict, ...Object.fromEntries(judged) };
}
