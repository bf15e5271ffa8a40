import { FROM_SCHEDULE, type RequestMetric } from '../record/catalog.ts';
import { judge, keeps } from '../record/goodput.ts';
import { Latencies, roundedNs, scheduleLagNs } from '../record/latency.ts';
import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import { nsToMs } from '../values/units.ts';
import type { ProbeRow } from './measure-window.ts';

/** A record as a search counts it: latencies from the schedule, whatever the client's lag. */
export function probeRowOf(record: RequestRecord, objectives: readonly Objective[]): ProbeRow {
  const latencies = new Latencies(record);
  const isGood = judge(record, objectives, latencies).isGoodFromSchedule;
  const lagNs = scheduleLagNs(record);
  return {
    dueNs: record.due_ns,
    endedNs: record.end_ns,
    isOk: record.outcome === 'ok',
    isGood,
    broke: isGood ? undefined : brokenLimit(latencies, objectives),
    ttftMs: latencyMs(latencies, 'time_to_first_token_from_schedule'),
    itlMs: latencyMs(latencies, 'inter_token_latency'),
    lagMs: lagNs === undefined ? undefined : nsToMs(lagNs),
    inputTokens: record.prompt_tokens ?? record.input_tokens_asked,
    cachedTokens: record.cached_tokens,
  };
}

function latencyMs(latencies: Latencies, metric: RequestMetric): number | undefined {
  const latency = latencies.of(metric);
  return latency && nsToMs(roundedNs(latency));
}

/** The first limit that a bad row broke; `length` for an answer of another length. */
function brokenLimit(latencies: Latencies, objectives: readonly Objective[]): string {
  if (latencies.record.outcome !== 'ok') return 'failed';
  const broken = objectives.find(({ metric, limitMs }) => {
    return !keeps(latencies, { metric: FROM_SCHEDULE[metric], limitMs });
  });
  return broken?.metric ?? 'length';
}
