import type { Objective } from '../record/objectives.ts';
import { withoutUnknown } from '../values/without-unknown.ts';
import { claimReasons } from './claim-reasons.ts';
import { type Claims, type Fidelity, LATENCY_CLAIMS, type Verdict } from '../schemas/fidelity.ts';
import {
  judgeGoodput,
  judgeLatencies,
  judgeSchedule,
  worstFirst,
  worstVerdict,
} from './judge-claims.ts';
import type { Histogram } from '../count/histogram.ts';
import type { LogCounts } from '../count/log-counts.ts';
import type { MetricTag } from '../record/catalog.ts';
import type { Readings } from '../schemas/readings.ts';
import { type RunFacts, runReasons, serverReasons } from './run-reasons.ts';

/** What was counted with the records. */
export interface CountedRows {
  readonly objectives: readonly Objective[];
  readonly flipMargins: LogCounts;
  readonly gapsPerRow: LogCounts;
  /** From each request's stamp to its last byte with the kernel. */
  readonly writes?: LogCounts;
  /** The values of each metric; without them the few printed percentiles stand for them. */
  readonly histograms?: Readonly<Record<MetricTag, Histogram>>;
}

/** How far a run can be believed: pure in its summary, its records' counts and its readings. */
export function fidelityOf(facts: RunFacts, counted: CountedRows, readings: Readings): Fidelity {
  const { metrics, rows } = facts;
  const { flipMargins, objectives, gapsPerRow, writes, histograms } = counted;
  const sources = { gapsPerRow, ...(writes && { writes }), ...(histograms && { histograms }) };
  const isJudged = objectives.length > 0 && !facts.notMeasurable?.figures.includes('goodput');
  const claims = {
    ...judgeLatencies(metrics, { ...sources, lag: metrics.schedule_lag, readings }),
    schedule: judgeSchedule(metrics.schedule_lag, readings),
    goodput: isJudged ? judgeGoodput(rows.total, flipMargins, readings) : undefined,
  };
  const ofClaims = claimReasons(claims, metrics, readings);
  const reasons = [...ofClaims, ...runReasons(facts, readings, ofClaims)];
  const ofServer = serverReasons(facts);
  const lowered = [...reasons, ...ofServer].map(({ verdict }) => verdict);
  return withoutUnknown({
    verdict: worstVerdict([...verdictsOf(claims), ...lowered]),
    claims,
    reasons: worstFirst(reasons),
    server_reasons: ofServer.length > 0 ? ofServer : undefined,
    inputs: readings,
  });
}

function verdictsOf(claims: Claims): Verdict[] {
  const all = [...LATENCY_CLAIMS.map((tag) => claims[tag]), claims.schedule, claims.goodput];
  return all.flatMap((claim) => (claim === undefined ? [] : [claim.verdict]));
}
