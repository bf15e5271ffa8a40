import type { Objective } from '../record/objectives.ts';
import { withoutUnknown } from '../values/without-unknown.ts';
import { claimReasons } from './claim-reasons.ts';
import {
  type Claims,
  type Fidelity,
  JUDGED_FIGURES,
  LATENCY_CLAIMS,
  type Verdict,
} from '../schemas/fidelity.ts';
import {
  judgeGoodput,
  judgeLatencies,
  judgeSchedule,
  worstFirst,
  worstVerdict,
} from './judge-claims.ts';
import { headlineVerdict, withDecision } from './headline.ts';
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
    schedule: judgeSchedule(metrics, readings, histograms?.schedule_lag),
    goodput: isJudged ? judgeGoodput(rows.total, flipMargins, readings) : undefined,
  };
  const ofClaims = claimReasons(claims, metrics, readings);
  const reasons = [...ofClaims, ...runReasons(facts, readings, ofClaims)].map(withDecision);
  const ofServer = serverReasons(facts).map(withDecision);
  const lowered = [...reasons, ...ofServer];
  return withoutUnknown({
    verdict: headlineVerdict(claims, lowered),
    strict: worstVerdict([...verdictsOf(claims), ...lowered.map(({ verdict }) => verdict)]),
    claims,
    reasons: worstFirst(reasons),
    server_reasons: ofServer.length > 0 ? ofServer : undefined,
    inputs: readings,
  });
}

/** Of every claim; of the schedule also its figures beside the gap. */
function verdictsOf(claims: Claims): Verdict[] {
  const { schedule, goodput } = claims;
  const figures = JUDGED_FIGURES.map((figure) => schedule?.[figure]);
  const all = [...LATENCY_CLAIMS.map((tag) => claims[tag]), schedule, ...figures, goodput];
  return all.flatMap((claim) => (claim === undefined ? [] : [claim.verdict]));
}
