import type { Objective, RequestMetric } from '@trace-replay/metrics';
import { measureWindow, type ProbeRow, type SearchProbe } from '@trace-replay/metrics/internal';
import { simulate } from '@trace-replay/mock';
import { type Deployment, worksOfTrace } from '@trace-replay/mock/internal';
import type { TraceRow } from '@trace-replay/replayer/trace';

import type { ProbeOrder } from './search-order.ts';

type Works = ReturnType<typeof worksOfTrace> extends Iterable<infer Work> ? readonly Work[] : never;
type Served = ReturnType<typeof simulate>[number];

/** The rows of a trace as a deployment sees them: made once, replayed at every speed. */
export function worksOf(
  rows: readonly TraceRow[],
  deployment: Deployment,
  traceBlockTokens: number,
): Works {
  const { blockTokens } = deployment;
  return [...worksOfTrace(rows, { traceBlockTokens, blockTokens })];
}

/**
 * A probe in virtual time. Its client is perfect: a row is sent when it is due.
 *
 * @param works in the order of their timestamps
 */
export function simulateProbe(
  works: Works,
  deployment: Deployment,
  { speed, seed, purpose, rampS, windowS, objectives }: ProbeOrder,
): SearchProbe {
  const startNs = works[0]?.arrivedNs ?? 0;
  const endNs = (rampS + windowS) * 1e9;
  const probed = [];
  for (const work of works) {
    const arrivedNs = (work.arrivedNs - startNs) / speed;
    if (arrivedNs >= endNs) break;
    probed.push({ ...work, arrivedNs });
  }
  const served = simulate(probed, { deployment, seed });
  const rows = served.map((request) => rowOf(request, objectives));
  const tookS = Math.max(endNs, ...rows.map(({ endedNs = 0 }) => endedNs)) / 1e9;
  return {
    speed,
    seed,
    purpose,
    ...measureWindow(rows, { rampS, windowS }),
    took_s: tookS,
  };
}

function rowOf({ work, served }: Served, objectives: readonly Objective[]): ProbeRow {
  const row = { dueNs: work.arrivedNs, inputTokens: work.inputTokens };
  if (served === undefined) {
    return { ...row, endedNs: work.arrivedNs, isOk: false, isGood: false, broke: 'failed' };
  }
  const { firstTokenNs, lastTokenNs, facts } = served;
  const ttftMs = (firstTokenNs - work.arrivedNs) / 1e6;
  const tokens = work.outputTokens;
  const itlMs = tokens > 1 ? (lastTokenNs - firstTokenNs) / (tokens - 1) / 1e6 : undefined;
  const latencyMs = (lastTokenNs - work.arrivedNs) / 1e6;
  const valueOf: Readonly<Record<RequestMetric, number | undefined>> = {
    time_to_first_token: ttftMs,
    time_to_first_token_from_schedule: ttftMs,
    inter_token_latency: itlMs,
    request_latency: latencyMs,
    request_latency_from_schedule: latencyMs,
  };
  const broken = objectives.find(({ metric, limitMs }) => (valueOf[metric] ?? 0) > limitMs);
  return {
    ...row,
    endedNs: lastTokenNs,
    isOk: true,
    isGood: broken === undefined,
    broke: broken?.metric,
    ttftMs,
    itlMs,
    cachedTokens: facts.cachedTokens,
  };
}
