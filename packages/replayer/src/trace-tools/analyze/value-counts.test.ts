import { expect, test } from 'vitest';

import { ValueCounts } from './value-counts.ts';

const of = (...values: number[]) => {
  const counts = new ValueCounts();
  for (const value of values) counts.add(value);
  return counts;
};

// The right sides are numpy's: mean, std, and percentile with its linear method.
test.each([
  [[7], { mean: 7, std: 0, min: 7, p25: 7, median: 7, p75: 7, max: 7 }],
  [
    [4, 1, 3, 2],
    { mean: 2.5, std: 1.25 ** 0.5, min: 1, p25: 1.75, median: 2.5, p75: 3.25, max: 4 },
  ],
  [[5, 5, 1, 9, 5], { mean: 5, std: 6.4 ** 0.5, min: 1, p25: 5, median: 5, p75: 5, max: 9 }],
])('ValueCounts summarizes %j', (values, summary) => {
  expect(of(...values).summary()).toEqual(summary);
});

test('ValueCounts gives percentiles that are values of the set', () => {
  const values = Array.from({ length: 200 }, (_, index) => 10 * index);
  expect(of(...values.toReversed()).percentiles()).toEqual({ p50: 1000, p90: 1800, p99: 1980 });
  expect(of(3).percentiles()).toEqual({ p50: 3, p90: 3, p99: 3 });
});

test('ValueCounts knows nothing without values', () => {
  expect(of().summary()).toBeUndefined();
  expect(of().percentiles()).toBeUndefined();
});
