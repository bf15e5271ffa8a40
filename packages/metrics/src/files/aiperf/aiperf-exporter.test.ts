import { describe, expect, test } from 'vitest';

import { GOLDEN_RECORDS } from '../../test/golden-records.ts';
import type { RequestRecord } from '../../record/record.ts';
import { EXPORT_CASES, type ExportCase, renderRecords } from '../../test/exporter-suite.ts';
import { aiperfExporter } from './aiperf-exporter.ts';
import { renderLine, unixNsFrom } from './record-line.ts';
import { measuredMetrics } from './request-metrics.ts';

const ALL = EXPORT_CASES['a run of every kind of row'] as ExportCase;

interface Line {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, { readonly value: unknown; readonly unit: string }>>;
  readonly error?: object;
}

function lineOf(title: string, goodOf: () => boolean | undefined = () => true): string {
  const record = GOLDEN_RECORDS.find((golden) => golden.title === title)?.record as RequestRecord;
  return renderLine(record, {
    ...{ runId: 'run', firstRow: 1, goodOf, okMetrics: measuredMetrics({}) },
    unixNs: unixNsFrom(1_800_000_000_000),
  });
}

function filesOf(input: ExportCase) {
  const [lines, json, csv] = renderRecords(aiperfExporter, input).map(({ text }) => text);
  return {
    lines: (lines ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line),
    json: JSON.parse(json ?? '') as Readonly<Record<string, never>>,
    csv: csv ?? '',
  };
}

test('aiperfExporter leaves out inter-token latency where the run cannot measure it', () => {
  const hasGaps = (input: ExportCase) => {
    const files = renderRecords(aiperfExporter, input).map(({ text }) => text);
    return files.map((text) =>
      /"inter_token_latency": ?\{|Inter Token|output_token_throughput_per_user/.test(text),
    );
  };
  const obstacle = { figures: ['inter_token_latency' as const], reasons: [] };
  const { goodput: _, ...summary } = ALL.summary;
  expect(hasGaps(ALL)).toEqual([true, true, true]);
  const measured = hasGaps({ ...ALL, summary: { ...summary, not_measurable: obstacle } });
  expect(measured).toEqual([false, false, false]);
});

test('renderLine() tells an ok row in the shape of aiperf, nanoseconds to the last digit', () => {
  expect(lineOf('reasoning before the answer, and no [DONE]')).toBe(
    '{"metadata":{"session_num":2,"x_request_id":"run-3","conversation_id":"session_000003",' +
      '"turn_index":0,"credit_issued_ns":1800000000030200000,' +
      '"request_start_ns":1800000000030200000,"request_end_ns":1800000000151200000,' +
      '"worker_id":"replay-0","record_processor_id":"replay-0","benchmark_phase":"profiling",' +
      '"was_cancelled":false},"metrics":{' +
      '"time_to_first_token":{"value":100,"unit":"ms"},' +
      '"time_to_second_token":{"value":10,"unit":"ms"},' +
      '"time_to_first_output_token":{"value":120,"unit":"ms"},' +
      '"request_latency":{"value":120,"unit":"ms"},' +
      '"inter_token_latency":{"value":10,"unit":"ms"},' +
      '"output_sequence_length":{"value":3,"unit":"tokens"},' +
      '"output_token_count":{"value":1,"unit":"tokens"},' +
      '"reasoning_token_count":{"value":2,"unit":"tokens"},' +
      '"input_sequence_length":{"value":100,"unit":"tokens"},' +
      '"output_token_throughput_per_user":{"value":100,"unit":"tokens/sec/user"},' +
      '"prefill_throughput_per_user":{"value":1000,"unit":"tokens/sec/user"},' +
      '"osl_mismatch_diff_pct":{"value":0,"unit":"%"},' +
      '"usage_completion_tokens":{"value":3,"unit":"tokens"},' +
      '"usage_reasoning_tokens":{"value":2,"unit":"tokens"},' +
      '"http_req_blocked":{"value":0,"unit":"ms"},' +
      '"inter_chunk_latency":{"value":[10,10],"unit":"ms"},' +
      '"good_request_count":{"value":1,"unit":"requests"}}}\n',
  );
});

const failed: [title: string, error: object][] = [
  ['a status other than 200', { code: 529, type: 'http_status', message: 'overloaded' }],
  [
    'timed out before the first token',
    {
      type: 'timed_out',
      message: 'A deadline of ours passed: connect, first token, between tokens or total.',
      cause: 'first_token',
    },
  ],
  [
    'refused before anything was sent',
    {
      type: 'refused',
      message: 'The connection was refused or the host could not be reached.',
      cause: 'ECONNREFUSED',
    },
  ],
  [
    'aborted after its first token',
    {
      code: 499,
      type: 'RequestCancellationError',
      message: 'The run was stopped before the answer had ended.',
    },
  ],
];

test.each(failed)('renderLine() of %s has an error and only error_isl', (title, error) => {
  const line = JSON.parse(lineOf(title)) as Line;
  expect(line.error).toEqual(error);
  expect(line.metrics).toEqual({ error_isl: { value: 100, unit: 'tokens' } });
});

test('renderLine() starts a request that was never sent where it was due', () => {
  const text = lineOf('refused before anything was sent');
  expect(text).toContain('"request_start_ns":1800000000140000000,');
  expect(text).toContain('"request_end_ns":1800000000141000000,');
});

test('renderLine() has no verdict where aiperf has none, and no line for a row not sent', () => {
  expect(lineOf('a single token', () => undefined)).not.toContain('good_request_count');
  expect(lineOf('never sent')).toBe('');
});

describe('a run of every kind of row', () => {
  const { lines, json, csv } = filesOf(ALL);
  const asAny = json as Readonly<Record<string, unknown>>;

  test('has a line for every row that was dispatched', () => {
    expect(lines).toHaveLength(15);
    expect(lines.filter(({ error }) => error)).toHaveLength(5);
  });

  test('counts as many good requests as the summary does by the rule of aiperf', () => {
    const good = lines.filter(({ metrics }) => metrics['good_request_count']?.value === 1);
    expect(good).toHaveLength(ALL.summary.goodput?.good_as_aiperf ?? NaN);
    // Of ten ok rows, the one with a single token is not judged.
    const judged = lines.filter(({ metrics }) => metrics['good_request_count'] !== undefined);
    expect(judged).toHaveLength(9);
  });

  test('has exact figures over ok rows, and rates over the duration of aiperf', () => {
    // 100 50 50 100 50 50 150 200 50 50
    expect(asAny['time_to_first_token']).toMatchObject({
      ...{ unit: 'ms', avg: 85, min: 50, max: 200, p50: 50, p75: 100, count: 10, sum: 850 },
      p90: expect.closeTo(155, 9) as number,
    });
    expect(asAny['inter_chunk_latency']).toMatchObject({ count: 15, min: 0, max: 50 });
    const figures = {
      request_count: ['requests', 10],
      error_request_count: ['requests', 5],
      good_request_count: ['requests', 8],
      total_osl: ['tokens', 46],
      benchmark_duration: ['sec', 0.35],
      request_throughput: ['requests/sec', 10 / 0.35],
      goodput: ['requests/sec', 8 / 0.35],
      osl_mismatch_count: ['requests', 1],
      total_error_isl: ['tokens', 500],
    };
    for (const [tag, [unit, avg]] of Object.entries(figures)) {
      expect(asAny[tag], tag).toEqual({ unit, avg });
    }
  });

  test('says what was asked for, what went wrong, when, and by which definitions', () => {
    expect(asAny).toMatchObject({
      schema_version: '1.0',
      input_config: {
        endpoint: { model_names: ['deepseek-v3'], type: 'chat', streaming: true },
        input: {
          file: 'traces/golden.jsonl',
          extra: [['ignore_eos', true]],
          goodput: { time_to_first_token: 200, inter_token_latency: 20 },
        },
      },
      was_cancelled: false,
      start_time: '2026-01-02T03:04:05.678250',
      end_time: '2026-01-02T03:04:06.768350',
      trace_replay: { rows: { total: 16, not_sent: 1 }, goodput: { good: 8 } },
    });
    const errors = asAny['error_summary'] as { readonly count: number }[];
    expect(errors.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
    const { definitions } = asAny['trace_replay'] as { definitions: Record<string, string> };
    expect(definitions['output_tokens']).toContain('usage.completion_tokens');
  });

  test('is a table with CRLF, sorted by tag, two decimals', () => {
    const rows = csv.split('\r\n');
    expect(rows[0]).toBe('Metric,avg,min,max,sum,p1,p5,p10,p25,p50,p75,p90,p95,p99,std');
    expect(rows.find((row) => row.startsWith('Time to First Token'))).toBe(
      'Time to First Token (ms),85.00,50.00,200.00,850.00,' +
        '50.00,50.00,50.00,50.00,50.00,100.00,155.00,177.50,195.50,50.25',
    );
    const blank = rows.indexOf('');
    expect(rows[blank + 1]).toBe('Metric,Value');
    expect(rows.slice(blank + 2)).toEqual([
      'Benchmark Duration (sec),0.35',
      'Error Request Count,5.00',
      'GoodRequestCount,8.00',
      'Goodput (requests/sec),22.86',
      'OSL Mismatch Count,1.00',
      'Output Token Throughput (tokens/sec),131.43',
      'Request Count,10.00',
      'Request Throughput (requests/sec),28.57',
      'Total Error Input Sequence Length (tokens),500.00',
      'Total Input Sequence Length (tokens),1000.00',
      'Total Output Sequence Length (tokens),46.00',
      'Total Output Tokens (tokens),44.00',
      'Total Reasoning Tokens (tokens),2.00',
      'Total Token Throughput (tokens/sec),2988.57',
      'Total Usage Completion Tokens (tokens),43.00',
      'Total Usage Prompt Tokens (tokens),322.00',
      'Total Usage Total Tokens (tokens),348.00',
      '',
    ]);
  });
});

test('a run that was stopped says that it was cancelled', () => {
  const { json } = filesOf({ ...ALL, summary: { ...ALL.summary, status: 'stopped' } });
  expect(json['was_cancelled']).toBe(true);
});

test('equal errors are one kind, and kinds are bounded when servers invent messages', () => {
  const record = GOLDEN_RECORDS.find(({ record: { row } }) => row === 15)?.record as RequestRecord;
  const records = Array.from({ length: 3000 }, (_, index) => ({
    ...record,
    failure: { class: 'http_status' as const, code: '500', message: `id ${index % 1500}` },
  }));
  const { json } = filesOf({ ...ALL, records });
  const errors = json['error_summary'] as unknown as { readonly count: number }[];
  expect(errors.length).toBe(1001);
  expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(3000);
});
