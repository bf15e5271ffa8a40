import type { RequestRecord } from '../../record/record.ts';
import { escapeUnprintable } from '../../values/printable.ts';
import { nsToMs } from '../../values/units.ts';
import { aiperfErrorOf } from './errors.ts';
import { type AiperfRequestMetric, ERROR_INPUT, GAPS } from './request-metrics.ts';

/** What the records themselves do not tell. */
export interface LineContext {
  readonly runId: string | undefined;
  readonly firstRow: number;
  readonly unixNs: (instantNs: number) => bigint;
  /** Those of an ok request. */
  readonly okMetrics: readonly AiperfRequestMetric[];
  /** Whether a request is good by aiperf's rule; `undefined` where that has no answer. */
  readonly goodOf: (record: RequestRecord) => boolean | undefined;
}

/** One line of `profile_export.jsonl` (aiperf 0.7.0); none for a row that was never sent. */
export function renderLine(record: RequestRecord, context: LineContext): string {
  if (record.outcome === 'not_sent') return '';
  const error = aiperfErrorOf(record);
  const line = object({
    metadata: metadataOf(record, context),
    metrics: metricsOf(record, context),
    error: error && JSON.stringify(error),
  });
  return `${escapeUnprintable(line)}\n`;
}

function metadataOf(record: RequestRecord, { runId, firstRow, unixNs }: LineContext): string {
  const at = (instantNs: number | undefined) =>
    instantNs === undefined ? undefined : String(unixNs(instantNs));
  const { row, due_ns: dueNs, dispatched_ns: dispatchedNs = dueNs, sent_ns: sentNs } = record;
  const startNs = sentNs ?? dispatchedNs;
  const isAborted = record.outcome === 'aborted_inflight';
  return object({
    session_num: String(row - firstRow),
    x_request_id: runId === undefined ? undefined : JSON.stringify(`${runId}-${row}`),
    conversation_id: JSON.stringify(`session_${String(row).padStart(6, '0')}`),
    turn_index: '0',
    credit_issued_ns: at(dispatchedNs),
    request_start_ns: at(startNs),
    request_ack_ns: at(record.headers_ns),
    request_end_ns: at(record.end_ns ?? startNs),
    worker_id: '"replay-0"',
    record_processor_id: '"replay-0"',
    benchmark_phase: '"profiling"',
    was_cancelled: String(isAborted),
    cancellation_time_ns: isAborted ? at(record.end_ns) : undefined,
  });
}

function metricsOf(record: RequestRecord, { goodOf, okMetrics }: LineContext): string {
  if (record.outcome !== 'ok') {
    return object({
      [ERROR_INPUT.tag]: measure(ERROR_INPUT.valueOf(record), ERROR_INPUT.unit),
    });
  }
  const isGood = goodOf(record);
  const gapsMs = gapsOf(record).map(nsToMs);
  const values = okMetrics.map(({ tag, unit, valueOf }) => [tag, measure(valueOf(record), unit)]);
  return object({
    ...(Object.fromEntries(values) as Record<string, string | undefined>),
    [GAPS.tag]: measure(gapsMs.length > 0 ? gapsMs : undefined, GAPS.unit),
    good_request_count: measure(isGood === undefined ? undefined : Number(isGood), 'requests'),
  });
}

export function gapsOf({ content_ns: contentNs = [] }: RequestRecord): readonly number[] {
  return contentNs.slice(1).map((atNs, index) => atNs - (contentNs[index] ?? atNs));
}

function measure(value: number | readonly number[] | undefined, unit: string) {
  return value === undefined ? undefined : JSON.stringify({ value, unit });
}

/** An object of JSON texts as JSON text, so that BigInt can be its digits. */
function object(members: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(members).filter(([, json]) => json !== undefined);
  return `{${known.map(([key, json]) => `"${key}":${json ?? ''}`).join(',')}}`;
}

/** Instants of a run, in ns since its zero, as ns of Unix time: BigInt, because they pass 2^53. */
export function unixNsFrom(zeroUnixMs: number): (instantNs: number) => bigint {
  const wholeMs = Math.floor(zeroUnixMs);
  const restNs = Math.round((zeroUnixMs - wholeMs) * 1e6);
  const zeroNs = BigInt(wholeMs) * 1_000_000n + BigInt(restNs);
  return (instantNs) => zeroNs + BigInt(instantNs);
}
