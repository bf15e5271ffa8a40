import type { MetricSummaries } from '../schemas/summary.ts';
import {
  type Claims,
  JUDGED_FIGURES,
  LATENCY_CLAIMS,
  type LatencyClaim,
  type Reason,
} from '../schemas/fidelity.ts';
import { worstVerdict } from './judge-claims.ts';
import { receiveErrorOf } from './own-error.ts';
import type { Readings } from '../schemas/readings.ts';
import { withoutUnknown } from '../values/without-unknown.ts';

/** Why claims are not valid: one reason a claim, by its worst figure. */
export function claimReasons(
  claims: Claims,
  metrics: MetricSummaries,
  readings: Readings,
): readonly Reason[] {
  return [
    ...unknownError(claims, readings),
    ...LATENCY_CLAIMS.flatMap((tag): Reason[] => {
      const worst = worstFigure(claims[tag]);
      if (worst?.error_ms === undefined) return [];
      const { verdict, figure, value_ms, error_ms } = worst;
      return [{ kind: 'latency_error', verdict, claim: tag, figure, value_ms, error_ms }];
    }),
    ...scheduleReasons(claims.schedule, metrics),
    ...goodputReasons(claims.goodput),
  ];
}

function unknownError(claims: Claims, readings: Readings): Reason[] {
  const needsIt = LATENCY_CLAIMS.some((tag) => claims[tag] !== undefined);
  if (!needsIt || receiveErrorOf(readings) !== undefined) return [];
  const stamps = readings.loops?.receive_error?.count ?? 0;
  return [{ kind: 'error_unknown', verdict: 'degraded', stamps }];
}

function scheduleReasons(
  claim: Claims['schedule'],
  { schedule_lag: lag, socket_wait: socketWait }: MetricSummaries,
): Reason[] {
  if (claim === undefined || lag === undefined) return [];
  const figures = figuresOf(claim);
  const highest = figures.at(-1);
  // Where only the gap says that rows are late, the figure is marked and nothing decides.
  const decides = claim.verdict !== 'valid';
  const verdict = decides ? claim.verdict : worstVerdict(figures.map((each) => each.verdict));
  if (verdict === 'valid' || highest === undefined) return [];
  const { limit_ms, late_rows, mean_gap_ms } = claim;
  const { figure, value_ms: lagMs } = highest;
  const numbers = { figure, lag_ms: lagMs, mean_gap_ms, limit_ms, late_rows, rows: lag.count };
  const reasons: Reason[] = [
    withoutUnknown({ kind: 'schedule_lag', verdict, decides, longest_ms: lag.max, ...numbers }),
  ];
  if (socketWait !== undefined) {
    const { count: rows, max } = socketWait;
    reasons.push({ kind: 'socket_wait', verdict, decides, rows, longest_ms: max });
  }
  return reasons;
}

function goodputReasons(claim: Claims['goodput']): Reason[] {
  const { verdict, flippable, rows, error_ms } = claim ?? {};
  if (verdict === undefined || verdict === 'valid') return [];
  if (flippable === undefined || rows === undefined || error_ms === undefined) return [];
  return [{ kind: 'goodput_flips', verdict, flippable, rows, error_ms }];
}

/** The figure that made the claim's verdict; of two, the one that is further off. */
function worstFigure(claim: LatencyClaim | undefined) {
  if (claim === undefined || claim.verdict === 'valid') return undefined;
  const { verdict } = claim;
  const figures = figuresOf(claim).filter((figure) => figure.verdict === verdict);
  const [worst] = figures.sort((a, b) => shareOf(b) - shareOf(a));
  return worst && { ...worst, verdict };
}

function figuresOf(claim: LatencyClaim) {
  return JUDGED_FIGURES.flatMap((figure) => {
    const judged = claim[figure];
    return judged === undefined ? [] : [{ ...judged, figure }];
  });
}

function shareOf({ value_ms: valueMs, error_ms: errorMs = 0 }: NonNullable<LatencyClaim['p50']>) {
  return errorMs / Math.max(Math.abs(valueMs), 1e-6);
}
