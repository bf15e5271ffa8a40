import {
  Accumulator,
  CATALOG,
  judge,
  latencyOf,
  type MetricTag,
  type Objective,
  type RequestMetric,
  type RequestRecord,
  type Summary,
} from '@trace-replay/metrics';
import {
  type JudgedFigure,
  JUDGED_FIGURES,
  objectivesFromFile,
  ownErrorOf,
} from '@trace-replay/metrics/internal';

import { mean, percentile } from '../figures/statistics.ts';
import type { CaseRun, RowPair } from './run-files.ts';

/** One printed figure of one run: what was printed, what is true, and how far off it says it is. */
export interface FigureError {
  readonly metric: MetricTag;
  readonly figure: JudgedFigure;
  readonly printedMs: number;
  readonly trueMs: number;
  /** Without sign. */
  readonly trueErrorMs: number;
  /** Absent if the run does not know it. */
  readonly statedErrorMs?: number;
  /** How exactly the wire knows the figure. */
  readonly uncertaintyMs: number;
}

/** A stamp of the wire is known to so much, beside the clocks' own width. */
const STAMP_NS = 10_000;

const FRACTIONS = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** Metrics whose printed figures are compared; `socket_wait` is not seen on the wire. */
export const COMPARED = CATALOG.map(({ tag }) => tag).filter((tag) => tag !== 'socket_wait');

/** Every printed figure of a run, beside the same figure by the wire. */
export function errorsOfRun({ summary, records, rows }: CaseRun): readonly FigureError[] {
  if (summary === undefined) return [];
  const counted = new Accumulator({ objectives: objectivesOf(summary) });
  for (const record of records) counted.add(record);
  const { gapsPerRow, writes, histograms } = counted;
  const sources = { gapsPerRow, writes, histograms, readings: summary.fidelity?.inputs ?? {} };
  const meanGaps = (gapsPerRow.sumNs || 1) / (gapsPerRow.count || 1);
  return COMPARED.flatMap((metric) => {
    const printed = summary.metrics[metric];
    if (printed === undefined) return [];
    const values = valuesOf(rows, metric);
    const statedMs = ownErrorOf(metric, printed, sources);
    return JUDGED_FIGURES.flatMap((figure) => {
      const printedMs = printed[figure];
      const trueMs = figure === 'mean' ? mean(values) : percentile(values, FRACTIONS[figure]);
      if (printedMs === undefined || trueMs === undefined) return [];
      const stated = statedMs(figure);
      return {
        metric,
        figure,
        printedMs,
        trueMs,
        trueErrorMs: Math.abs(printedMs - trueMs),
        uncertaintyMs: uncertaintyMs(metric, figure, meanGaps),
        ...(stated !== undefined && { statedErrorMs: stated }),
      };
    });
  });
}

/** The gaps of an answer share what is not known of its span. */
function uncertaintyMs(metric: MetricTag, figure: JudgedFigure, meanGaps: number): number {
  const isShared =
    metric === 'inter_token_latency' || (metric === 'inter_chunk_latency' && figure === 'mean');
  return STAMP_NS / 1e6 / (isShared ? meanGaps : 1);
}

export function objectivesOf({ goodput }: Summary): readonly Objective[] {
  return objectivesFromFile(goodput?.objectives ?? []);
}

/** Rows that are good by one clock and not by the other. */
export function flippedRows({ summary, rows }: CaseRun): number {
  if (summary === undefined) return 0;
  const objectives = objectivesOf(summary);
  const isGood = (record: RequestRecord) => judge(record, objectives).isGood;
  return rows.filter(({ reported, wire }) => isGood(reported) !== isGood(wire)).length;
}

const WITHOUT_LAG: Partial<Record<MetricTag, RequestMetric>> = {
  time_to_first_token_from_schedule: 'time_to_first_token',
  request_latency_from_schedule: 'request_latency',
};

/** The values of one metric by the wire, ms. */
function valuesOf(rows: readonly RowPair[], metric: MetricTag): readonly number[] {
  return rows.flatMap(({ wire }) => valuesNs(wire, metric).map((ns) => ns / 1e6));
}

function valuesNs(record: RequestRecord, metric: MetricTag): readonly number[] {
  const { sent_ns: sentNs, due_ns: dueNs, content_ns: content = [] } = record;
  const { connect_started_ns: connectStartedNs, connected_ns: connectedNs } = record;
  switch (metric) {
    case 'schedule_lag':
      return sentNs === undefined ? [] : [sentNs - dueNs];
    case 'connect_time':
      return connectStartedNs === undefined || connectedNs === undefined
        ? []
        : [connectedNs - connectStartedNs];
    case 'inter_chunk_latency':
      return record.outcome === 'ok' ? content.slice(1).map((ns, at) => ns - content[at]!) : [];
    case 'socket_wait':
      return [];
    case 'time_to_first_token':
    case 'time_to_first_token_from_schedule':
    case 'request_latency':
    case 'request_latency_from_schedule':
    case 'inter_token_latency': {
      // From due a client without a lag would measure the latency itself.
      const latency = latencyOf(record, WITHOUT_LAG[metric] ?? metric);
      return latency === undefined ? [] : [latency.totalNs / latency.parts];
    }
  }
}
