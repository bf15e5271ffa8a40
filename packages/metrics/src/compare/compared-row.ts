import { ALL_ROWS_METRICS } from '../record/catalog.ts';
import { judge } from '../record/goodput.ts';
import { latencyOf } from '../record/latency.ts';
import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import { nsToMs } from '../values/units.ts';

/** The latencies that are compared row by row. */
export const COMPARED_LATENCIES = ALL_ROWS_METRICS;

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
  const latencies = COMPARED_LATENCIES.map((metric) => {
    if (record.outcome !== 'ok') return [metric, Infinity] as const;
    const latency = latencyOf(record, metric);
    return [metric, latency ? nsToMs(latency.totalNs / latency.parts) : NaN] as const;
  });
  return {
    row: record.row,
    dueNs: record.due_ns,
    isGood: judge(record, objectives).isGood,
    latencyMs: Object.fromEntries(latencies) as Record<ComparedLatency, number>,
  };
}
