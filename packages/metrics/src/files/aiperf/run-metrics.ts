import type { Summary } from '../../schemas/summary.ts';
import type { AiperfMetric } from './request-metrics.ts';

export interface AiperfRunMetric extends AiperfMetric {
  readonly value: number;
}

/** Sums over the requests that the summary does not hold. */
export interface RunSums {
  /** By the tag of the request's metric; absent where no request had one. */
  readonly of: (tag: string) => number | undefined;
  readonly lengthMismatches: number;
}

/** Counts, totals and rates of ok rows, as aiperf defines them, over its duration. */
export function runMetricsOf(summary: Summary, sums: RunSums): readonly AiperfRunMetric[] {
  const { rows, goodput, benchmark_duration_seconds: seconds } = summary;
  const errors = rows.failed + rows.aborted_inflight;
  const good = goodput?.good_as_aiperf;
  const input = sums.of('input_sequence_length');
  const output = sums.of('output_sequence_length');
  const perSecond = (amount: number | undefined) =>
    amount === undefined || seconds === undefined ? undefined : amount / seconds;
  const both = input === undefined || output === undefined ? undefined : input + output;
  const total = (tag: string, label: string, of: string) =>
    [`total_${tag}`, `Total ${label}`, 'tokens', sums.of(of)] as const;
  const figures: readonly (readonly [string, string, string, number | undefined])[] = [
    ['request_throughput', 'Request Throughput', 'requests/sec', perSecond(rows.ok)],
    ['request_count', 'Request Count', 'requests', rows.ok],
    ['output_token_throughput', 'Output Token Throughput', 'tokens/sec', perSecond(output)],
    ['total_token_throughput', 'Total Token Throughput', 'tokens/sec', perSecond(both)],
    ['goodput', 'Goodput', 'requests/sec', perSecond(good)],
    ['good_request_count', 'GoodRequestCount', 'requests', good],
    total('isl', 'Input Sequence Length', 'input_sequence_length'),
    total('osl', 'Output Sequence Length', 'output_sequence_length'),
    total('output_tokens', 'Output Tokens', 'output_token_count'),
    total('reasoning_tokens', 'Reasoning Tokens', 'reasoning_token_count'),
    total('usage_prompt_tokens', 'Usage Prompt Tokens', 'usage_prompt_tokens'),
    total('usage_completion_tokens', 'Usage Completion Tokens', 'usage_completion_tokens'),
    total('usage_total_tokens', 'Usage Total Tokens', 'usage_total_tokens'),
    ['osl_mismatch_count', 'OSL Mismatch Count', 'requests', sums.lengthMismatches],
    ['benchmark_duration', 'Benchmark Duration', 'sec', seconds],
    ['error_request_count', 'Error Request Count', 'requests', errors || undefined],
    ...(errors > 0 ? [total('error_isl', 'Error Input Sequence Length', 'error_isl')] : []),
  ];
  return figures.flatMap(([tag, label, unit, value]) =>
    value === undefined ? [] : [{ tag, label, unit, value }],
  );
}
