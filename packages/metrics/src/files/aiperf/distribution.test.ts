import { expect, test } from 'vitest';

import { Histogram } from '../../count/histogram.ts';
import { Gaps, PERCENTS, Values } from './distribution.ts';

function distributionOf(values: readonly number[]) {
  const kept = new Values();
  for (const value of values) kept.add(value);
  return kept.distribution();
}

test('Values have no distribution when there are none', () => {
  expect(distributionOf([])).toBeUndefined();
});

test('Values of one number have it everywhere', () => {
  expect(distributionOf([7.5])).toEqual({
    ...{ count: 1, sum: 7.5, avg: 7.5, min: 7.5, max: 7.5, std: 0 },
    percentiles: PERCENTS.map(() => 7.5),
  });
});

test('Values give the figures of numpy.percentile and numpy.std', () => {
  // numpy 2.4: np.percentile([9, 1, 4, 4, 100], [1, 5, 10, 25, 50, 75, 90, 95, 99]), np.std(…)
  const found = distributionOf([9, 1, 4, 4, 100]);
  expect(found).toMatchObject({ count: 5, sum: 118, avg: 23.6, min: 1, max: 100 });
  expect(found?.std).toBeCloseTo(38.28628997434983, 12);
  const expected = [1.12, 1.6, 2.2, 4, 4, 9, 63.6, 81.8, 96.36];
  found?.percentiles.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 10));
  expect(found?.percentiles).toHaveLength(expected.length);
});

test('Values grow beyond their first room, in any order', () => {
  const found = distributionOf(Array.from({ length: 5001 }, (_, index) => (index * 7) % 5001));
  expect(found).toMatchObject({ count: 5001, min: 0, max: 5000, avg: 2500 });
  expect(found?.percentiles).toEqual([50, 250, 500, 1250, 2500, 3750, 4500, 4750, 4950]);
});

test('Gaps agree with exact values within 0.1 %', () => {
  const gaps = new Gaps();
  const histogram = new Histogram();
  const values = Array.from(
    { length: 3000 },
    (_, index) => 5_000_000 + ((index * 7919) % 90_000_001),
  );
  for (const gapNs of values) {
    gaps.add(gapNs);
    histogram.record(gapNs);
  }
  const found = gaps.distribution(histogram);
  const exact = distributionOf(values.map((ns) => ns / 1e6));
  expect(found).toMatchObject({ count: 3000, min: exact?.min, max: exact?.max });
  expect(found?.avg).toBeCloseTo(exact?.avg ?? NaN, 9);
  expect(found?.std).toBeCloseTo(exact?.std ?? NaN, 6);
  exact?.percentiles.forEach((value, index) => {
    const ratio = (found?.percentiles[index] ?? NaN) / value;
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThanOrEqual(1.001);
  });
});
