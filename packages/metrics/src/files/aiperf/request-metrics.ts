import { latencyOf } from '../../record/latency.ts';
import type { RequestRecord } from '../../record/record.ts';
import type { Summary } from '../../schemas/summary.ts';
import { nsToMs } from '../../values/units.ts';

export interface AiperfMetric {
  readonly tag: string;
  readonly label: string;
  readonly unit: string;
}

export interface AiperfRequestMetric extends AiperfMetric {
  /** In `unit`; `undefined` where the request has none. */
  readonly valueOf: (record: RequestRecord) => number | undefined;
}

/** The pooled gaps, which are a list in the line of a request. */
export const GAPS: AiperfMetric = {
  tag: 'inter_chunk_latency',
  label: 'Inter Chunk Latency',
  unit: 'ms',
};

/** Of failed requests; the only metric that these have. */
export const ERROR_INPUT: AiperfRequestMetric = {
  tag: 'error_isl',
  label: 'Error Input Sequence Length',
  unit: 'tokens',
  valueOf: (record) => record.input_tokens_asked,
};

/**
 * Metrics of an ok request, as aiperf 0.7.0 defines them, but those that need a second tokenizer;
 * `docs/migrating-from-aiperf.md` has the differences.
 */
const OK_METRICS: readonly AiperfRequestMetric[] = [
  latency('time_to_first_token', 'Time to First Token'),
  metric('time_to_second_token', 'Time to Second Token', 'ms', ({ content_ns: ns }) =>
    span(ns?.[0], ns?.[1]),
  ),
  metric('time_to_first_output_token', 'Time to First Output Token', 'ms', (record) =>
    span(record.sent_ns, record.content_ns?.[record.first_answer ?? -1]),
  ),
  latency('request_latency', 'Request Latency'),
  latency('inter_token_latency', 'Inter Token Latency'),
  tokens('output_sequence_length', 'Output Sequence Length', (record) => record.output_tokens),
  tokens('output_token_count', 'Output Token Count', (record) =>
    plus(record.output_tokens, -(record.reasoning_tokens ?? 0)),
  ),
  tokens('reasoning_token_count', 'Reasoning Token Count', (record) => record.reasoning_tokens),
  tokens('input_sequence_length', 'Input Sequence Length', (record) => record.input_tokens_asked),
  metric(
    'output_token_throughput_per_user',
    'Output Token Throughput Per User',
    'tokens/sec/user',
    (record) => perSecond(1, msOf(record, 'inter_token_latency')),
  ),
  metric(
    'prefill_throughput_per_user',
    'Prefill Throughput Per User',
    'tokens/sec/user',
    (record) => perSecond(record.input_tokens_asked, msOf(record, 'time_to_first_token')),
  ),
  metric('osl_mismatch_diff_pct', 'OSL Mismatch Diff %', '%', (record) =>
    percentOff(record.output_tokens, record.output_tokens_asked),
  ),
  tokens('usage_prompt_tokens', 'Usage Prompt Tokens', (record) => record.prompt_tokens),
  tokens('usage_completion_tokens', 'Usage Completion Tokens', completionTokens),
  tokens('usage_total_tokens', 'Usage Total Tokens', (record) =>
    plus(record.prompt_tokens, completionTokens(record)),
  ),
  tokens('usage_reasoning_tokens', 'Usage Reasoning Tokens', (record) => record.reasoning_tokens),
  tokens(
    'usage_prompt_cache_read_tokens',
    'Usage Prompt Cache Read Tokens',
    (record) => record.cached_tokens,
  ),
  // A request that waited for no socket, or needed no new one, waited 0 ms: these are known.
  metric('http_req_blocked', 'HTTP Blocked', 'ms', (record) => nsToMs(record.socket_wait_ns ?? 0)),
  metric('http_req_connecting', 'HTTP Connecting', 'ms', (record) =>
    record.socket_new === false ? 0 : span(record.connect_started_ns, record.connected_ns),
  ),
  metric('http_req_sending', 'HTTP Sending', 'ms', (record) =>
    span(record.sent_ns, record.flushed_ns),
  ),
  metric(
    'http_req_connection_reused',
    'HTTP Connection Reused',
    'ratio',
    ({ socket_new: isNew }) => (isNew === undefined ? undefined : Number(!isNew)),
  ),
];

const OF_GAPS = new Set(['inter_token_latency', 'output_token_throughput_per_user']);

/** Those that the rows of a run support. */
export function measuredMetrics({
  not_measurable: obstacle,
}: Pick<Summary, 'not_measurable'>): readonly AiperfRequestMetric[] {
  if (!obstacle?.figures.includes('inter_token_latency')) return OK_METRICS;
  return OK_METRICS.filter(({ tag }) => !OF_GAPS.has(tag));
}

type Latency = 'time_to_first_token' | 'request_latency' | 'inter_token_latency';
type ValueOf = AiperfRequestMetric['valueOf'];

function metric(tag: string, label: string, unit: string, valueOf: ValueOf): AiperfRequestMetric {
  return { tag, label, unit, valueOf };
}

function latency(tag: Latency, label: string): AiperfRequestMetric {
  return metric(tag, label, 'ms', (record) => msOf(record, tag));
}

function tokens(tag: string, label: string, valueOf: ValueOf): AiperfRequestMetric {
  return metric(tag, label, 'tokens', valueOf);
}

function msOf(record: RequestRecord, tag: Latency): number | undefined {
  const value = latencyOf(record, tag);
  return value && nsToMs(value.totalNs / value.parts);
}

function span(fromNs: number | undefined, toNs: number | undefined): number | undefined {
  return fromNs === undefined || toNs === undefined ? undefined : nsToMs(toNs - fromNs);
}

/** An amount in so many milliseconds, as a rate a second; none for a duration of 0. */
function perSecond(amount: number, ms: number | undefined): number | undefined {
  return ms === undefined || ms <= 0 ? undefined : (amount * 1000) / ms;
}

function completionTokens(record: RequestRecord): number | undefined {
  return record.output_tokens_by === 'usage' ? record.output_tokens : undefined;
}

function plus(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}

function percentOff(is: number | undefined, asked: number): number | undefined {
  return is === undefined || asked === 0 ? undefined : ((is - asked) / asked) * 100;
}
