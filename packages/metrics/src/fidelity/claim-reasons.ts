import type { MetricSummaries } from '../schemas/summary.ts';
import {
  type Claims,
  JUDGED_FIGURES,
  LATENCY_CLAIMS,
  type LatencyClaim,
  type Reason,
} from '../schemas/fidelity.ts';
import { receiveErrorOf } from './own-error.ts';
import type { Readings } from '../schemas/readings.ts';

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
  { socket_wait: socketWait }: MetricSummaries,
): Reason[] {
  const worst = worstFigure(claim);
  if (worst === undefined) return [];
  const { verdict, figure, value_ms: lagMs } = worst;
  const reason = { figure, lag_ms: lagMs, mean_gap_ms: claim?.mean_gap_ms };
  const reasons: Reason[] = [{ kind: 'schedule_lag' as const, verdict, ...reason }];
  if (socketWait !== undefined) {
    const { count: rows, max } = socketWait;
    reasons.push({ kind: 'socket_wait', verdict, rows, longest_ms: max });
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
function worstFigure(claim: Pick<LatencyClaim, 'verdict' | 'p50'> | undefined) {
  if (claim === undefined || claim.verdict === 'valid') return undefined;
  const { verdict } = claim;
  const figures = JUDGED_FIGURES.flatMap((figure) => {
    const judged = (claim as LatencyClaim)[figure];
    return judged?.verdict === verdict ? [{ ...judged, figure, verdict }] : [];
  });
  return figures.sort((a, b) => shareOf(b) - shareOf(a))[0];
}

function shareOf({ value_ms: valueMs, error_ms: errorMs = 0 }: NonNullable<LatencyClaim['p50']>) {
  return errorMs / Math.max(Math.abs(valueMs), 1e-6);
}
