import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from '../test/golden-summary.ts';
import type { RequestRecord } from '../record/record.ts';
import { summarize, type SummaryContext } from './summary.ts';

const CONTEXT = { status: 'completed', run: GOLDEN_RUN, conditions: GOLDEN_CONDITIONS } as const;

function summaryOf(
  records: readonly RequestRecord[],
  context: Partial<SummaryContext> = {},
  objectives = GOLDEN_OBJECTIVES,
) {
  const accumulator = new Accumulator({ objectives });
  for (const record of records) accumulator.add(record);
  return summarize(accumulator, { ...CONTEXT, totalRows: records.length, ...context });
}

const ALL = GOLDEN_RECORDS.map(({ record }) => record);
const FAILED = ALL.filter(({ outcome }) => outcome === 'failed');

/** A row that took 100 ms for its first token, then `gapMs` to the second. */
function answered(row: number, gapMs: number): RequestRecord {
  const firstNs = row * 1e6 + 100e6;
  return {
    schema_version: 1,
    row,
    outcome: 'ok',
    due_ns: row * 1e6,
    sent_ns: row * 1e6,
    content_ns: [firstNs, firstNs + gapMs * 1e6],
    end_ns: firstNs + gapMs * 1e6,
    finish_reason: 'length',
    input_tokens_asked: 1,
    output_tokens_asked: 2,
    output_tokens: 2,
    output_tokens_by: 'usage',
  };
}

describe('summarize() checks that every row is counted', () => {
  test.each([
    ['fewer records than rows', { totalRows: 17 }, 'is 16, expected rows = ok + failed + aborted'],
    ['more records than rows', { totalRows: 15 }, 'Cannot summarize "15 rows": ok 10 + failed 4'],
    [
      'more records than rows, the rest not sent',
      { totalRows: 15, notSent: -1 },
      'is 16, expected',
    ],
    ['rows counted twice', { totalRows: 16, notSent: 1 }, 'not_sent 2 is 17, expected rows ='],
  ])('%s', (_case, context, message) => {
    expect(() => summaryOf(ALL, context)).toThrow(RangeError);
    expect(() => summaryOf(ALL, context)).toThrow(message);
  });

  test('rows without a record are not sent if the caller says so, and infinite over all rows', () => {
    const { rows, metrics } = summaryOf(ALL, { totalRows: 20, notSent: 4 });
    expect(rows).toMatchObject({ total: 20, not_sent: 5 });
    expect(metrics.time_to_first_token_all_rows).toMatchObject({ count: 20, infinite: 10 });
  });
});

describe('summarize() leaves out what is unknown', () => {
  test('in a run without rows', () => {
    const summary = summaryOf([]);
    expect(summary).toMatchObject({ metrics: {}, failures: {}, failure_details: [], notes: {} });
    expect(summary.rates).toEqual({});
    expect(summary.goodput).toEqual({
      objectives: expect.anything() as unknown,
      good: 0,
      good_from_schedule: 0,
      good_as_aiperf: 0,
    });
    // What the selected rows predict is a property of the trace.
    expect(Object.keys(summary.cache ?? {})).toEqual(['predicted']);
    for (const key of ['prompt', 'duration_seconds', 'benchmark_duration_seconds']) {
      expect(summary).not.toHaveProperty(key);
    }
  });

  test('in a run without an ok row, whose rates are 0 and known', () => {
    const summary = summaryOf(FAILED);
    expect(summary.rates).toEqual({
      requests_per_second: 0,
      output_tokens_per_second: 0,
      total_tokens_per_second: 0,
    });
    expect(summary.goodput?.fraction).toBe(0);
    expect(summary.metrics.time_to_first_token_all_rows).toEqual({
      unit: 'ms',
      count: 4,
      infinite: 4,
    });
    expect(Object.keys(summary.metrics)).toEqual([
      'schedule_lag',
      'time_to_first_token_all_rows',
      'inter_token_latency_all_rows',
      'request_latency_all_rows',
    ]);
  });

  test('goodput without objectives', () => {
    expect(summaryOf(ALL, {}, [])).not.toHaveProperty('goodput');
  });
});

describe('summarize() and percentiles', () => {
  const rows = Array.from({ length: 1000 }, (_, row) => answered(row, row + 1));

  test('gives those that ten values exceed, within 0.1 %', () => {
    const metric = summaryOf(rows).metrics.inter_token_latency;
    expect(metric).toMatchObject({ count: 1000, mean: 500.5, min: 1, max: 1000 });
    const exact = { p50: 500, p90: 900, p95: 950, p99: 990 } as const;
    for (const [key, value] of Object.entries(exact)) {
      const read = metric?.[key as keyof typeof exact] ?? NaN;
      expect(read).toBeGreaterThanOrEqual(value);
      expect(read).toBeLessThanOrEqual(value * 1.001);
    }
    expect(metric).not.toHaveProperty('p99_9');
  });

  test('over all rows counts the failed ones as infinite', () => {
    const { metrics } = summaryOf(rows, { totalRows: 1100, notSent: 100 });
    const metric = metrics.inter_token_latency_all_rows;
    // Rank 990 of 1,100 is the 990th of the 1,000 that are finite; 1,045 and 1,089 are not.
    expect(metric?.p90).toBeCloseTo(990, -1);
    expect(metric).toMatchObject({ count: 1100, infinite: 100, min: 1 });
    for (const key of ['p95', 'p99', 'mean', 'max']) expect(metric).not.toHaveProperty(key);
  });

  test('over all rows is the metric itself where every row is ok', () => {
    const { inter_token_latency: plain, inter_token_latency_all_rows: all } =
      summaryOf(rows).metrics;
    expect(all).toEqual({ ...plain, infinite: 0 });
  });

  test('says how many values were out of range', () => {
    const { metrics } = summaryOf([answered(0, 7.3e6)]);
    expect(metrics.inter_chunk_latency).toMatchObject({ clamped: 1, max: 7.3e6 });
    expect(metrics.time_to_first_token).not.toHaveProperty('clamped');
  });
});

test('summarize() counts the failures whose kinds it has no room for', () => {
  const [failed] = FAILED;
  const records = Array.from({ length: 60 }, (_, row): RequestRecord => ({
    ...(failed as RequestRecord),
    row,
    failure: { class: 'http_status', code: String(400 + row) },
  }));
  const summary = summaryOf(records);
  expect(summary.failure_details).toHaveLength(50);
  expect(summary.failure_details_dropped).toBe(10);
});
