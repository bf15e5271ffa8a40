import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LagHistogram } from './lag-histogram.ts';

test('LagHistogram knows nothing of nothing', () => {
  expect(new LagHistogram().summary()).toEqual({ count: 0 });
});

test('LagHistogram keeps count, mean and maximum exactly, percentiles within 3.2 %', () => {
  const lags = fc.array(fc.integer({ min: 0, max: 10 ** 11 }), { minLength: 1, maxLength: 300 });
  const law = fc.property(lags, (lagsNs) => {
    const histogram = new LagHistogram();
    for (const lagNs of lagsNs) histogram.record(lagNs);
    const sorted = lagsNs.toSorted((a, b) => a - b);
    const summary = histogram.summary();
    expect(summary.count).toBe(lagsNs.length);
    expect(summary.max_ns).toBe(sorted.at(-1));
    expect(summary.mean_ns).toBe(Math.round(lagsNs.reduce((a, b) => a + b, 0) / lagsNs.length));
    for (const [share, got] of [
      [0.5, summary.p50_ns!],
      [0.99, summary.p99_ns!],
    ] as const) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
      expect(got).toBeGreaterThanOrEqual(exact - 1);
      expect(got).toBeLessThanOrEqual(Math.max(1, exact) * 2 ** (1 / 32) + 1);
    }
  });
  fc.assert(law);
});
