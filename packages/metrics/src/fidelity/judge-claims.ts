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
import type { Histogram } from '../count/histogram.ts';
import { countUpTo, type LogCounts } from '../count/log-counts.ts';
import { type ErrorSources, ownErrorOf, rowErrorMs } from './own-error.ts';
import type { Readings } from '../schemas/readings.ts';

/** An error up to this is always small enough. */
const FINE_MS = 1;
const FINE_SHARE = 0.02;
const DEGRADED_SHARE = 0.1;
const DEGRADED_ROWS = 0.01;
/** A row is late beyond this share of the median TTFT: derived in `docs/schedule-lag.md`. */
const LATE_SHARES = { valid: 0.5, degraded: 2 };
/** So many of the rows may be late. */
const LATE_ROWS = 0.01;

export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.findLast((verdict) => verdicts.includes(verdict)) ?? 'valid';
}

/** Those that decide, then the others; in both the invalid ones first. */
export function worstFirst(reasons: readonly Reason[]): Reason[] {
  const rank = ({ verdict, decides = true }: Reason) =>
    2 * Number(decides) + Number(verdict === 'invalid');
  return reasons.toSorted((a, b) => rank(b) - rank(a));
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

/**
 * The load is delivered if few rows left late. A figure of the claim is judged beside the gap, the
 * claim itself by the rows: see `LATE_SHARES`.
 */
export function judgeSchedule(
  { schedule_lag: lag, time_to_first_token: ttft }: MetricSummaries,
  { schedule }: Readings,
  lags?: Histogram,
): Claims['schedule'] {
  if (lag === undefined || schedule === undefined) return undefined;
  const meanGapMs = schedule.instants > 1 ? schedule.span_ms / (schedule.instants - 1) : undefined;
  const figures = claimOf(
    lag,
    (_figure, lagMs) => Math.max(lagMs, 0),
    () => meanGapMs,
  );
  const besideMs = ttft?.p50 ?? ttft?.mean ?? meanGapMs ?? 0;
  const lateFor = (share: number) => {
    const limitMs = Math.max(FINE_MS, share * besideMs);
    return { limit_ms: limitMs, late_rows: lateRows(lag, limitMs, lags) };
  };
  const isTooMany = ({ late_rows: rows }: { late_rows: number }) => rows > LATE_ROWS * lag.count;
  const [fine, bad] = [lateFor(LATE_SHARES.valid), lateFor(LATE_SHARES.degraded)];
  const verdict = isTooMany(bad) ? 'invalid' : isTooMany(fine) ? 'degraded' : 'valid';
  return {
    ...figures,
    verdict,
    mean_gap_ms: meanGapMs,
    ...(verdict === 'invalid' ? bad : fine),
  };
}

/** Rows later than a limit; without the values as many as the percentiles leave possible. */
function lateRows(lag: Distribution, limitMs: number, lags: Histogram | undefined): number {
  if (lags !== undefined) return lags.countAbove(limitMs * 1e6);
  if (lag.max <= limitMs) return 0;
  const shares = { p99_9: 0.001, p99: 0.01, p95: 0.05, p90: 0.1, p50: 0.5 } as const;
  const keys = Object.keys(shares) as (keyof typeof shares)[];
  const within = keys.find((key) => (lag[key] ?? Infinity) <= limitMs);
  return Math.floor((within === undefined ? 1 : shares[within]) * lag.count);
}

/** @param margins of the rows, as `flipMarginNs` gives them */
export function judgeGoodput(
  rows: number,
  margins: LogCounts,
  readings: Readings,
): NonNullable<Claims['goodput']> {
  const errorMs = rowErrorMs(readings);
  if (errorMs === undefined) return { verdict: 'degraded', rows };
  const usual = countUpTo(margins, errorMs * 1e6);
  const flippable = usual + rowsOfStall(rows, margins, readings, usual);
  const verdict =
    flippable === 0 ? 'valid' : flippable <= DEGRADED_ROWS * rows ? 'degraded' : 'invalid';
  return { verdict, error_ms: errorMs, flippable, rows };
}

/**
 * Rows that the longest stall may have turned. The error above leaves out one stamp in a thousand,
 * which may be those of a stall; a first and a last token of each row may have come in it.
 */
function rowsOfStall(rows: number, margins: LogCounts, readings: Readings, usual: number): number {
  const { loops } = readings;
  if (loops === undefined || loops.observed_ms === 0) return 0;
  const stallMs = longestStallOf(loops).longest_ms;
  const struck = Math.floor((2 * rows * stallMs) / loops.observed_ms);
  return Math.min(Math.max(countUpTo(margins, stallMs * 1e6) - usual, 0), struck);
}

/** The longest time for which a loop stood still, and which reading saw it. */
export function longestStallOf(loops: NonNullable<Readings['loops']>) {
  const seen = [
    {
      seen_by: 'receive_error',
      longest_ms: loops.receive_error?.max ?? 0,
      waited_ms: loops.longest_stall?.waited_ms,
    },
    { seen_by: 'loop_delay', longest_ms: loops.loop_delay?.max ?? 0 },
    { seen_by: 'gc', longest_ms: loops.gc?.longest_ms ?? 0 },
  ] as const;
  return seen.reduce((worst, each) => (each.longest_ms > worst.longest_ms ? each : worst));
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
