import { expect, test } from 'vitest';

import { mean, percentile, slope, spreadOf } from './statistics.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test.each([
  ['takes the middle of an odd number', [3, 1, 2], 0.5, 2],
  ['takes the lower middle of an even number', [4, 1, 2, 3], 0.5, 2],
  ['has one value in a hundred above p99', hundred, 0.99, 99],
  ['sorts by value, not by text', [10, 9, 100], 1, 100],
  ['knows a single value', [7], 0.99, 7],
  ['knows nothing of nothing', [], 0.5, undefined],
])('percentile() %s', (_behaviour, values, fraction, expected) => {
  expect(percentile(values, fraction)).toBe(expected);
});

test('mean() knows nothing of nothing', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBeUndefined();
});

test.each([
  ['an odd number of values', [5, 1, 3], { median: 3, low: 1, high: 5 }],
  ['an even number of values', [4, 1, 2, 3], { median: 2.5, low: 1, high: 4 }],
  ['one value', [2], { median: 2, low: 2, high: 2 }],
  ['no value', [], undefined],
])('spreadOf() %s', (_what, values, expected) => {
  expect(spreadOf(values)).toEqual(expected);
});

test('slope() is free of what both runs have alike', () => {
  const cpu = (events: number) => ({ x: events, y: 0.8 + events * 20e-6 });
  expect(slope(cpu(30_000), cpu(120_000))).toBeCloseTo(20e-6, 12);
  expect(slope({ x: 1, y: 2 }, { x: 1, y: 3 })).toBeUndefined();
  expect(slope({ x: 1, y: undefined }, { x: 2, y: 3 })).toBeUndefined();
});
