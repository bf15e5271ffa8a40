import { judge } from '../record/goodput.ts';
import { type Latency, latencyOf } from '../record/latency.ts';
import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import { nsToMs } from '../values/units.ts';

/** The latencies that are compared row by row. */
export const COMPARED_LATENCIES = [
  'time_to_first_token',
  'inter_token_latency',
  'request_latency',
] as const;

export type ComparedLatency = (typeof COMPARED_LATENCIES)[number];

/** What a comparison needs of one row of one run. */
export interface ComparedRow {
  readonly row: number;
  readonly dueNs: number;
  readonly isGood: boolean;
  /** Infinity for a row without a whole answer, NaN where an ok row has no such latency. */
  readonly latencyMs: Readonly<Record<ComparedLatency, number>>;
}

/** One record → what a comparison needs of it. */
export function comparedRowOf(
  record: RequestRecord,
  objectives: readonly Objective[],
): ComparedRow {
  const isOk = record.outcome === 'ok';
  const msOf = (metric: ComparedLatency) => (isOk ? exactMs(latencyOf(record, metric)) : Infinity);
  return {
    row: record.row,
    dueNs: record.due_ns,
    isGood: judge(record, objectives).isGood,
    latencyMs: {
      time_to_first_token: msOf('time_to_first_token'),
      inter_token_latency: msOf('inter_token_latency'),
      request_latency: msOf('request_latency'),
    },
  };
}

function exactMs(latency: Latency | undefined): number {
  return latency === undefined ? NaN : nsToMs(latency.totalNs / latency.parts);
}
