import { Histogram } from '@trace-replay/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { syntheticRun } from '../test/synthetic-run.ts';
import { curveOf, SUMMARY_SHARES } from './curve.ts';
import { CURVES } from './run-data.ts';

const KEYS = ['p50', 'p90', 'p95', 'p99', 'p99_9'] as const;

test.each([19, 20, 99, 100, 999, 1000, 3000])(
  'curveOf() passes through the percentiles of the summary, and has no other: %i rows',
  (rows) => {
    const { data, summary } = syntheticRun({ rows, outputTokens: 5, failEvery: 0 });
    for (const tag of CURVES) {
      const curve = curveOf(data.histograms[tag]);
      const found = SUMMARY_SHARES.map((share) => curve.find((point) => point.share === share)?.ms);
      expect(found, tag).toEqual(KEYS.map((key) => summary.metrics[tag]?.[key]));
    }
  },
);

test('curveOf() of all rows passes through the percentiles over all rows', () => {
  const { data, summary } = syntheticRun({ rows: 2000, outputTokens: 5, failEvery: 100 });
  const { rows, metrics } = summary;
  const curve = curveOf(data.histograms.time_to_first_token, rows.total - rows.ok);
  const found = SUMMARY_SHARES.map((share) => curve.find((point) => point.share === share)?.ms);
  expect(rows.failed).toBeGreaterThan(10);
  expect(found).toEqual(KEYS.map((key) => metrics.time_to_first_token_all_rows?.[key]));
});

test('curveOf() rises, and ends where ten values lie above it', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1e12 }), { maxLength: 400 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 50 }), (all, infinite) => {
      const histogram = new Histogram();
      for (const value of all) histogram.record(value);
      const curve = curveOf(histogram, infinite);
      const total = all.length + infinite;
      for (const [index, { share, ms }] of curve.entries()) {
        expect(total * (1 - share)).toBeGreaterThan(9.999);
        expect(ms).toBeGreaterThanOrEqual(curve[index - 1]?.ms ?? 0);
      }
      if (infinite === 0 && total >= 20) {
        expect(total * (1 - curve.at(-1)!.share)).toBeCloseTo(10, 3);
      }
    }),
  );
});
