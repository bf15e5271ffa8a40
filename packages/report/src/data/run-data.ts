import {
  FAILURE_CLASSES,
  Histogram,
  latencyOf,
  type Objective,
  type RequestRecord,
  type Summary,
} from '@trace-replay/metrics';
import { roundedNs } from '@trace-replay/metrics/internal';

import { ChosenRows } from './chosen-rows.ts';
import { Column } from './column.ts';
import { GapCounts } from './gap-counts.ts';
import { rowClasses, valueMs } from './row-class.ts';
import { timeBins } from './time-bins.ts';
import { Workers } from './workers.ts';

/** The metrics whose percentiles are drawn as curves. */
export const CURVES = [
  'time_to_first_token',
  'time_to_first_token_from_schedule',
  'inter_token_latency',
  'request_latency',
] as const;

const COLUMNS = [
  'row',
  'dueSeconds',
  'sentSeconds',
  'endSeconds',
  'lagMs',
  'ttftMs',
  'itlMs',
  'latencyMs',
  'longestGapMs',
  'inputTokens',
  'outputTokens',
  'promptTokens',
  'cachedTokens',
  'rowClass',
  'failureClass',
] as const;

/** One number a row; NaN where it is not known. */
export type RowColumn = (typeof COLUMNS)[number];

/**
 * What the pictures of one run need, from one pass over its records: 120 bytes a row, whatever the
 * length of its answer, and a bounded rest.
 */
export class RunData {
  readonly summary: Summary;
  readonly objectives: readonly Objective[];
  readonly bins;
  readonly classes;
  readonly columns: Readonly<Record<RowColumn, Column>>;
  readonly histograms: Readonly<Record<(typeof CURVES)[number], Histogram>>;
  readonly gaps: GapCounts;
  readonly chosen: ChosenRows;
  readonly workers = new Workers();
  /** Output tokens that arrived in each bin. */
  readonly tokensOfBin: Float64Array;
  readonly #classOf: (record: RequestRecord) => number;

  /** @param summary of the same records, made before: it says how long the run was */
  constructor(summary: Summary, objectives: readonly Objective[]) {
    this.summary = summary;
    this.objectives = objectives;
    this.bins = timeBins(summary.duration_seconds ?? 0);
    const { classes, classOf } = rowClasses(objectives);
    this.classes = classes;
    this.#classOf = classOf;
    this.columns = Object.fromEntries(COLUMNS.map((name) => [name, new Column()])) as Record<
      RowColumn,
      Column
    >;
    this.histograms = Object.fromEntries(CURVES.map((tag) => [tag, new Histogram()])) as Record<
      (typeof CURVES)[number],
      Histogram
    >;
    this.gaps = new GapCounts(this.bins);
    this.chosen = new ChosenRows(this.bins);
    this.tokensOfBin = new Float64Array(this.bins.count);
  }

  /** Rows with a record; the others of the run count as not sent. */
  get rows(): number {
    return this.columns.row.length;
  }

  add(record: RequestRecord): void {
    const { columns } = this;
    const isOk = record.outcome === 'ok';
    columns.row.push(record.row);
    columns.dueSeconds.push(record.due_ns / 1e9);
    columns.sentSeconds.push(secondsOf(record.sent_ns));
    columns.endSeconds.push(secondsOf(record.end_ns));
    const { sent_ns: sentNs, due_ns: dueNs } = record;
    columns.lagMs.push(sentNs === undefined ? undefined : (sentNs - dueNs) / 1e6);
    columns.ttftMs.push(valueMs(record, 'time_to_first_token'));
    columns.itlMs.push(valueMs(record, 'inter_token_latency'));
    columns.latencyMs.push(valueMs(record, 'request_latency'));
    columns.longestGapMs.push(isOk ? this.gaps.add(record) : undefined);
    columns.inputTokens.push(record.input_tokens_asked);
    columns.outputTokens.push(record.output_tokens);
    columns.promptTokens.push(record.prompt_tokens);
    columns.cachedTokens.push(record.cached_tokens);
    columns.rowClass.push(this.#classOf(record));
    columns.failureClass.push(record.failure && FAILURE_CLASSES.indexOf(record.failure.class));
    for (const tag of CURVES) {
      const latency = latencyOf(record, tag);
      if (latency !== undefined) this.histograms[tag].record(roundedNs(latency));
    }
    this.#addTokens(record);
    this.chosen.add(record);
    this.workers.add(record);
  }

  /** Each event has the tokens that the server counted in it, or an equal part of the answer's. */
  #addTokens(record: RequestRecord): void {
    const { content_ns: contentNs = [], content_tokens: counts, output_tokens: tokens } = record;
    if (counts === undefined && tokens === undefined) return;
    const share = (tokens ?? 0) / contentNs.length;
    for (const [index, atNs] of contentNs.entries()) {
      this.tokensOfBin[this.bins.binOf(atNs / 1e9)]! += counts?.[index] ?? share;
    }
  }
}

function secondsOf(ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : ns / 1e9;
}
