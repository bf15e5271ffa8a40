import type { Accumulator } from '../accumulator/accumulator.ts';
import { cacheOf } from './cache.ts';
import { type Conditions, type RunIdentity, SCHEMA_VERSION } from '../schemas/conditions.ts';
import { FAILURE_CLASSES } from '../record/failure.ts';
import { fidelityOfShards } from '../merge/fidelity-of-shards.ts';
import type { Readings } from '../schemas/readings.ts';
import { fidelityOf } from '../fidelity/verdict.ts';
import { summarizeMetrics } from './metric-summaries.ts';
import { serverMetricsOf } from './server-check.ts';
import type { ServerMetrics } from '../schemas/server-metrics.ts';
import { summarizeShards, type ShardStates } from '../merge/shards.ts';
import { objectivesForFile } from '../record/objectives.ts';
import { NOTES, STREAM_NOTES } from '../record/record.ts';
import { notMeasurableOf } from './measurable.ts';
import type { NotMeasurable } from '../schemas/not-measurable.ts';
import type { MetricSummaries, RunStatus, Summary } from '../schemas/summary.ts';
import { formatDecimal, nsToSeconds } from '../values/units.ts';
import { withoutUnknown } from '../values/without-unknown.ts';

/** What the records themselves do not tell. */
export interface SummaryContext {
  readonly status: RunStatus;
  readonly run: RunIdentity;
  readonly conditions: Conditions;
  /** Rows selected for the run, with or without a record. */
  readonly totalRows: number;
  /** Rows that were not sent and have no record saying so. */
  readonly notSent?: number;
  readonly bodies?: Summary['bodies'];
  /** What the run measured of itself; without it there is no verdict. */
  readonly readings?: Readings | undefined;
  /** The run's zero on the wall clock, ms since the Unix epoch; unknown while none was set. */
  readonly zeroUnixMs?: number | undefined;
  /** What the servers' pages said, if they were scraped. */
  readonly serverMetrics?: ServerMetrics | undefined;
  /** Of a merged run; the readings are then those of its worst shard. */
  readonly shards?: ShardStates | undefined;
}

/**
 * The summary of a run: pure in the records counted and the context.
 *
 * @throws {RangeError} if rows = ok + failed + aborted_inflight + not_sent does not hold
 */
export function summarize(accumulator: Accumulator, context: SummaryContext): Summary {
  const { status, run, conditions, bodies, readings, shards, serverMetrics } = context;
  const { okSums, failures, failureDetails, finishReasons, notes } = accumulator;
  const rows = countRows(accumulator, context);
  const durationSeconds = durationOf(accumulator);
  const perSecond = (amount: number) =>
    durationSeconds === undefined ? undefined : amount / durationSeconds;
  const details = failureDetails.list();
  const detailed = details.reduce((sum, { count }) => sum + count, 0);
  const outputTokens = okSums.get('output_counted');
  const uncounted = okSums.get('uncounted');
  // A sum over a part of the rows is no rate of all of them.
  const tokensPerSecond = (tokens: number) => (uncounted > 0 ? undefined : perSecond(tokens));
  const notMeasurable = notMeasurableOf(accumulator, conditions);
  const metrics = omit(summarizeMetrics(accumulator.histograms, rows), notMeasurable);
  const prompt = promptOf(accumulator);
  const classes = failures.pick(FAILURE_CLASSES);
  const counts = { status, rows, failures: classes, metrics, prompt, notMeasurable };
  const streamNotes = notes.pick(STREAM_NOTES);
  return withoutUnknown({
    schema_version: SCHEMA_VERSION,
    status,
    run,
    rows,
    failures: counts.failures,
    failure_details: [...details],
    failure_details_dropped: rows.failed - detailed || undefined,
    notes: notes.pick(NOTES),
    unknown_finish_reasons: finishReasons.list().length > 0 ? [...finishReasons.list()] : undefined,
    stream_notes: Object.keys(streamNotes).length > 0 ? streamNotes : undefined,
    metrics,
    not_measurable: notMeasurable,
    goodput: notMeasurable?.figures.includes('goodput')
      ? undefined
      : goodputOf(accumulator, rows.total, perSecond),
    rates: {
      requests_per_second: perSecond(rows.ok),
      output_tokens_per_second: tokensPerSecond(outputTokens),
      total_tokens_per_second: tokensPerSecond(okSums.get('input_tokens') + outputTokens),
    },
    tokens: {
      output_asked: okSums.get('output_asked'),
      output_counted: outputTokens,
      counted_by: {
        usage: okSums.get('counted_by_usage'),
        chunks: okSums.get('counted_by_chunks'),
        unknown: uncounted || undefined,
      },
      itl_by: itlDefinitionsOf(accumulator),
    },
    prompt,
    cache: cacheOf(accumulator, conditions),
    arrivals: {
      chunks: okSums.get('chunks'),
      gaps: accumulator.histograms.inter_chunk_latency.count,
      coalesced: okSums.get('coalesced'),
    },
    duration_seconds: durationSeconds,
    benchmark_duration_seconds: benchmarkDurationOf(accumulator),
    bodies,
    server_clock: serverClockOf(accumulator, context.zeroUnixMs),
    server_metrics:
      serverMetrics &&
      serverMetricsOf(serverMetrics, accumulator, {
        model: conditions.model ?? '',
        isShard: (run.shard?.count ?? 1) > 1,
      }),
    shards: shards && summarizeShards(shards),
    fidelity:
      shards === undefined
        ? readings && fidelityOf(counts, accumulator, readings)
        : fidelityOfShards(counts, shards, readings),
    conditions,
  });
}

function serverClockOf(
  { serverClock: { min, max } }: Accumulator,
  zeroUnixMs: number | undefined,
): Summary['server_clock'] {
  if (min === undefined || max === undefined || zeroUnixMs === undefined) return undefined;
  return { least_ms: min - zeroUnixMs, most_ms: max - zeroUnixMs };
}

function countRows(
  { outcomes, okSums }: Accumulator,
  { totalRows, notSent = 0 }: SummaryContext,
): Summary['rows'] {
  const rows = {
    total: totalRows,
    ok: outcomes.get('ok'),
    failed: outcomes.get('failed'),
    aborted_inflight: outcomes.get('aborted_inflight'),
    // Below 0, more records than rows would pass as an equation that holds.
    not_sent: outcomes.get('not_sent') + Math.max(0, notSent),
    length_mismatch: okSums.get('length_mismatch'),
  };
  const sum = rows.ok + rows.failed + rows.aborted_inflight + rows.not_sent;
  if (sum !== totalRows) {
    throw new RangeError(
      `Cannot summarize "${formatDecimal(totalRows)} rows": ok ${rows.ok} + failed ${rows.failed}` +
        ` + aborted_inflight ${rows.aborted_inflight} + not_sent ${rows.not_sent} is ${sum},` +
        ' expected rows = ok + failed + aborted_inflight + not_sent',
    );
  }
  return rows;
}

/** From the run's zero to the last end of any row. */
function durationOf({ endsNs }: Accumulator): number | undefined {
  return endsNs.max !== undefined && endsNs.max > 0 ? nsToSeconds(endsNs.max) : undefined;
}

/** aiperf's: from the first sent of an ok row to the last content of an ok row. */
function benchmarkDurationOf({ sentNs, contentNs }: Accumulator): number | undefined {
  if (sentNs.min === undefined || contentNs.max === undefined) return undefined;
  return contentNs.max > sentNs.min ? nsToSeconds(contentNs.max - sentNs.min) : undefined;
}

function goodputOf(
  { objectives, okSums }: Accumulator,
  totalRows: number,
  perSecond: (amount: number) => number | undefined,
): Summary['goodput'] {
  if (objectives.length === 0) return undefined;
  const good = okSums.get('good');
  return {
    objectives: objectivesForFile(objectives),
    good,
    fraction: totalRows === 0 ? undefined : good / totalRows,
    requests_per_second: perSecond(good),
    tokens_per_second:
      okSums.get('good_uncounted') > 0 ? undefined : perSecond(okSums.get('good_tokens')),
    good_from_schedule: okSums.get('good_from_schedule'),
    good_as_aiperf: okSums.get('good_as_aiperf'),
  };
}

/** Metrics without those that cannot be measured. */
function omit(metrics: MetricSummaries, notMeasurable: NotMeasurable | undefined) {
  if (notMeasurable === undefined) return metrics;
  const { inter_token_latency: _, inter_token_latency_all_rows: _all, ...others } = metrics;
  return others;
}

function itlDefinitionsOf({ okSums }: Accumulator): Summary['tokens']['itl_by'] {
  const first_token = okSums.get('itl_by_first_token') || undefined;
  const first_chunk = okSums.get('itl_by_first_chunk') || undefined;
  return first_token === undefined && first_chunk === undefined
    ? undefined
    : { first_token, first_chunk };
}

function promptOf({ okSums, promptDrift: { min, max } }: Accumulator): Summary['prompt'] {
  if (min === undefined || max === undefined) return undefined;
  const rows = okSums.get('prompt_rows');
  const requested = okSums.get('prompt_requested');
  const counted = okSums.get('prompt_counted');
  return { rows, requested, counted, drift: { min, max, mean: (counted - requested) / rows } };
}
