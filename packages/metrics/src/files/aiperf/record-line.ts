import type { RequestRecord } from '../../record/record.ts';
import { escapeUnprintable } from '../../values/printable.ts';
import { nsToMs } from '../../values/units.ts';
import { aiperfErrorOf } from './errors.ts';
import { ERROR_INPUT, GAPS, OK_METRICS } from './request-metrics.ts';

/** What the records themselves do not tell. */
export interface LineContext {
  /** Id of the run, as in the `x-request-id` of its requests. */
  readonly runId: string | undefined;
  /** Index of the first selected row in the trace file. */
  readonly firstRow: number;
  readonly unixNs: (instantNs: number) => bigint;
  /** Whether a request is good by aiperf's rule; `undefined` where that has no answer. */
  readonly goodOf: (record: RequestRecord) => boolean | undefined;
}

/** One line of `profile_export.jsonl` (aiperf 0.7.0); none for a row that was never sent. */
export function renderLine(record: RequestRecord, context: LineContext): string {
  if (record.outcome === 'not_sent') return '';
  const parts = [
    member('metadata', metadataOf(record, context)),
    member('metrics', metricsOf(record, context)),
    member('error', errorOf(record)),
  ];
  return `${escapeUnprintable(object(parts))}\n`;
}

function metadataOf(record: RequestRecord, { runId, firstRow, unixNs }: LineContext): string {
  const at = (instantNs: number | undefined) =>
    instantNs === undefined ? undefined : String(unixNs(instantNs));
  const { row, due_ns: dueNs, dispatched_ns: dispatchedNs = dueNs, sent_ns: sentNs } = record;
  const startNs = sentNs ?? dispatchedNs;
  const isAborted = record.outcome === 'aborted_inflight';
  return object([
    member('session_num', String(row - firstRow)),
    member('x_request_id', runId === undefined ? undefined : JSON.stringify(`${runId}-${row}`)),
    member('conversation_id', JSON.stringify(`session_${String(row).padStart(6, '0')}`)),
    member('turn_index', '0'),
    member('credit_issued_ns', at(dispatchedNs)),
    member('request_start_ns', at(startNs)),
    member('request_ack_ns', at(record.headers_ns)),
    member('request_end_ns', at(record.end_ns ?? startNs)),
    member('worker_id', '"replay-0"'),
    member('record_processor_id', '"replay-0"'),
    member('benchmark_phase', '"profiling"'),
    member('was_cancelled', String(isAborted)),
    member('cancellation_time_ns', isAborted ? at(record.end_ns) : undefined),
  ]);
}

function metricsOf(record: RequestRecord, { goodOf }: LineContext): string {
  if (record.outcome !== 'ok') {
    return object([measure(ERROR_INPUT.tag, ERROR_INPUT.valueOf(record), ERROR_INPUT.unit)]);
  }
  const isGood = goodOf(record);
  const gapsMs = gapsOf(record).map(nsToMs);
  return object([
    ...OK_METRICS.map(({ tag, unit, valueOf }) => measure(tag, valueOf(record), unit)),
    measure(GAPS.tag, gapsMs.length > 0 ? gapsMs : undefined, GAPS.unit),
    measure('good_request_count', isGood === undefined ? undefined : Number(isGood), 'requests'),
  ]);
}

/** Gaps between the chunks of one request, in ns. */
export function gapsOf({ content_ns: contentNs = [] }: RequestRecord): readonly number[] {
  return contentNs.slice(1).map((atNs, index) => atNs - (contentNs[index] ?? atNs));
}

function errorOf(record: RequestRecord): string | undefined {
  const error = aiperfErrorOf(record);
  return error && JSON.stringify(error);
}

type Member = string | undefined;

/** A member of an object as JSON text, so that BigInt can be its digits. */
function member(key: string, json: string | undefined): Member {
  return json === undefined ? undefined : `"${key}":${json}`;
}

function measure(tag: string, value: number | readonly number[] | undefined, unit: string): Member {
  return member(tag, value === undefined ? undefined : JSON.stringify({ value, unit }));
}

function object(members: readonly Member[]): string {
  return `{${members.filter((text) => text !== undefined).join(',')}}`;
}

/** Instants of a run, in ns since its zero, as ns of Unix time: BigInt, because they pass 2^53. */
export function unixNsFrom(zeroUnixMs: number): (instantNs: number) => bigint {
  const wholeMs = Math.floor(zeroUnixMs);
  const restNs = Math.round((zeroUnixMs - wholeMs) * 1e6);
  const zeroNs = BigInt(wholeMs) * 1_000_000n + BigInt(restNs);
  return (instantNs) => zeroNs + BigInt(instantNs);
}
