import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { GOLDEN_SUMMARY } from '../../test/golden-summary.ts';
import type { Distribution, Summary } from '../../schemas/summary.ts';
import { EXPORT_CASES } from '../../test/exporter-suite.ts';
import { renderText } from './text.ts';
import { healthySummaries } from '../../test/drawn-summaries.ts';
import { CATALOG, isFromSchedule } from '../../record/catalog.ts';

function textOf(change: Partial<Summary>): string {
  return renderText({ ...GOLDEN_SUMMARY, ...change });
}

/** The table's line for one metric, its cells parted. */
function tableRow(metric: Partial<Distribution>): readonly string[] {
  const request_latency = { unit: 'ms', count: 5, mean: 1, min: 1, max: 1, ...metric } as const;
  const summary = { ...GOLDEN_SUMMARY, metrics: { request_latency } };
  const lines = renderText(summary, { verbose: true }).split('\n');
  return (
    lines
      .find((line) => line.startsWith('Request latency'))
      ?.trim()
      .split(/\s+/) ?? []
  );
}

const SHARED = { cached_tokens: 500, prompt_tokens: 2000, mean_hit_rate: 0.25 };

describe('renderText()', () => {
  test('is this report', async () => {
    await expect(
      renderText(GOLDEN_SUMMARY, { artifacts: 'artifacts/1_golden' }),
    ).toMatchFileSnapshot('golden-report.txt');
  });

  test('is this report with verbose', async () => {
    await expect(renderText(GOLDEN_SUMMARY, { verbose: true })).toMatchFileSnapshot(
      'golden-report-verbose.txt',
    );
  });

  test.each([60, 72, 80, 100, 140])('fits %s columns, whatever the texts', (width) => {
    for (const { summary } of Object.values(EXPORT_CASES)) {
      for (const verbose of [false, true]) {
        const lines = renderText(summary, { width, verbose }).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      }
    }
  });

  test('fits 40 lines of 100 or 80 columns where a run is healthy, whatever the figures', () => {
    fc.assert(
      fc.property(healthySummaries, fc.constantFrom(80, 100), (summary, width) => {
        const lines = renderText(summary, { width, artifacts: 'artifacts/1_run' }).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        expect(lines.length - 1).toBeLessThanOrEqual(40);
      }),
    );
  });

  test('with verbose fits the width, whatever the figures, and leaves no figure out', () => {
    fc.assert(
      fc.property(healthySummaries, fc.constantFrom(60, 80, 100), (summary, width) => {
        const text = renderText(summary, { width, verbose: true });
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
        for (const { tag, label } of CATALOG) {
          if (summary.metrics[tag] !== undefined && !isFromSchedule(tag)) {
            expect(text).toContain(`\n${label} `);
          }
        }
      }),
    );
  });

  test('has the same text in colour', () => {
    const colored = renderText(GOLDEN_SUMMARY, { color: true });
    expect(colored).toContain('\u001b[31m');
    // eslint-disable-next-line no-control-regex -- the codes are what is taken away
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderText(GOLDEN_SUMMARY));
  });

  test('needs no more columns when the figures are large', () => {
    const figures = { count: 999_999_999, p50: 9999.949, p90: 999_999.4, max: 999_999.4 };
    expect(tableRow(figures).slice(2)).toEqual(
      ['ms', '1.000', '1.000', '9,999.9', '999,999', '∞', '∞', '∞', '999,999', '999,999,999'].map(
        (cell) => cell.replace('∞', '–'),
      ),
    );
  });

  test('takes seconds where the median has ten of them, or the maximum a thousand', () => {
    expect(tableRow({ p50: 9999.9 })[2]).toBe('ms');
    expect(tableRow({ p50: 10_000, mean: 5 }).slice(2, 6)).toEqual([
      's',
      '0.005',
      '0.001',
      '10.00',
    ]);
    expect(tableRow({ p50: 5, max: 1_000_000 })[2]).toBe('s');
  });

  const sentences: [behaviour: string, change: Partial<Summary>, text: string][] = [
    ['says how a run was stopped', { status: 'stopped' }, 'stopped by a signal · 2026-01-02T'],
    ['says that a run left no end', { status: 'partial' }, 'rebuilt from the records of a run'],
    [
      'says that an objective is the default, and counts no row as good by it unasked',
      {
        goodput: {
          ...(GOLDEN_SUMMARY.goodput as NonNullable<Summary['goodput']>),
          objectives: [
            { metric: 'inter_token_latency', limit_ms: 50 },
            { metric: 'time_to_first_token', limit_ms: 20_000 },
          ],
        },
      },
      'goodput     8 of 16 rows within the default objectives (50.0 %) · ',
    ],
    [
      'explains a count of cached tokens that the router contradicts',
      {
        cache: {
          observed: { rows: 10, cached_tokens: 0, prompt_tokens: 2000 },
          router: { rows: 10, mean_hit_rate: 0.32 },
        },
      },
      'the usage of the answers counts none: it may leave\n            out the caches of prefill workers.',
    ],
    [
      'names three URLs and counts the others',
      { conditions: { ...GOLDEN_SUMMARY.conditions, urls: ['a', 'b', 'c', 'd'] } },
      'deepseek-v3 · a · b · and 2 other URLs\n',
    ],
    [
      'says that no row was ok',
      { metrics: { schedule_lag: { unit: 'ms', count: 1, mean: 1, min: 1, max: 1 } } },
      'No row was ok, so there are no latencies.',
    ],
    ['says that no request was sent', { metrics: {} }, 'No request was sent, so there are no'],
    [
      'accounts for every row',
      { rows: { ...GOLDEN_SUMMARY.rows, total: 12_031, ok: 8998, failed: 1033, not_sent: 2000 } },
      'rows        12,031 = 8,998 ok + 1,033 failed + 1 aborted in flight + 2,000 not sent\n',
    ],
    ['says when all rows were taken', conditions({ rows: 16 }), 'all 16 rows · deepseek-v3'],
    ['says that no row has ended', withoutDuration(), 'rates       none: no row has ended'],
    [
      'gives one drift where every row has the same',
      { prompt: { rows: 9, requested: 900, counted: 963, drift: { min: 7, max: 7, mean: 7 } } },
      '963 tokens counted by the server · 900 asked · drift +7 tokens in every row',
    ],
    [
      'says what the rows share where the server reports no cached tokens',
      { cache: { predicted: { rows: 2, ...SHARED } } },
      'cache       the server reports no cached tokens · ceiling of a cold cache 25.0 %\n',
    ],
    [
      'says what the caches of the options are expected to hold',
      {
        cache: {
          predicted: { rows: 2, ...SHARED },
          expected: {
            ...{ workers: 2, cache_tokens: 1e6 },
            kv_aware: { cached_tokens: 400, mean_hit_rate: 0.2 },
            round_robin: { cached_tokens: 300, mean_hit_rate: 0.1 },
          },
        },
      },
      'expected with 2 × 1,000,000 tokens: KV-aware routing 20.0 % · round robin 15.0 %',
    ],
    [
      'says that a server was not cold',
      {
        cache: {
          observed: { rows: 2, cached_tokens: 600, prompt_tokens: 2000 },
          predicted: { rows: 2, ...SHARED },
          exceeds_prediction: true,
        },
      },
      'More was cached than the selected rows share with each other, so the server was not',
    ],
    [
      'gives the lag of 99 % where that is known',
      {
        metrics: {
          schedule_lag: { unit: 'ms', count: 1e4, mean: 1, min: 0, max: 4.1, p50: 0.2, p99: 0.91 },
        },
      },
      'half of the requests left within 0.200 ms of their due time · 99 % within 0.910 ms\n' +
        '            the latest 4.100 ms after it\n',
    ],
    [
      'says what lies outside the range',
      { metrics: { socket_wait: { unit: 'ms', count: 1, mean: 1, min: 1, max: 1, clamped: 1 } } },
      'Socket wait: 1 outside 0 to 2 h; percentiles hold them there.',
    ],
    [
      'shows three kinds of a class',
      { failure_details: [1, 2, 3, 4, 5].map((row) => httpStatus(row)) },
      '1 × 503 · first at row 3\n              2 more kinds in summary.json',
    ],
  ];

  test.each(sentences)('%s', (_behaviour, change, text) => {
    expect(textOf(change)).toContain(text);
  });

  test('repeats no row of the table where all rows are ok', () => {
    const metric = GOLDEN_SUMMARY.metrics.request_latency as Distribution;
    const metrics = {
      request_latency: metric,
      request_latency_all_rows: { ...metric, infinite: 0 },
    };
    expect(textOf({ metrics })).not.toContain('over all rows');
  });
});

function conditions(trace: Partial<Summary['conditions']['trace']>): Partial<Summary> {
  const golden = GOLDEN_SUMMARY.conditions;
  return { conditions: { ...golden, trace: { ...golden.trace, ...trace } } };
}

function withoutDuration(): Partial<Summary> {
  return { duration_seconds: undefined, rates: {} };
}

function httpStatus(row: number): Summary['failure_details'][number] {
  return { class: 'http_status', code: String(500 + row), count: 1, first_row: row };
}
