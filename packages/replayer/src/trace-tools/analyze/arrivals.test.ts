import { expect, test } from 'vitest';

import { analyzeArrivals } from './arrivals.ts';

const analyze = (...timestampsMs: number[]) =>
  analyzeArrivals(Float64Array.from(timestampsMs), { input: 1000, output: 100 });

test('analyzeArrivals() gives rates over the time from the first row to the last', () => {
  expect(analyze(500, 500, 1500, 2500)).toMatchObject({
    durationSeconds: 2,
    rowsPerSecond: 2,
    inputTokensPerSecond: 500,
    outputTokensPerSecond: 50,
    burst: { count: 3, mean: 4 / 3, max: 2 },
    gapsMs: { min: 1000, median: 1000, max: 1000 },
  });
});

test('analyzeArrivals() has no rate when all rows arrive at once', () => {
  const { burst, busiest, ...rest } = analyze(7, 7, 7);
  expect(burst).toEqual({ count: 1, mean: 3, max: 3 });
  expect(busiest.map(({ rows }) => rows)).toEqual([3, 3, 3]);
  expect(rest).toEqual({ firstTimestampMs: 7, lastTimestampMs: 7, durationSeconds: 0 });
});

test('analyzeArrivals() finds the busiest window wherever it begins', () => {
  // 999 ms hold three rows, and a window of 1 s does not hold both of its ends.
  const { busiest } = analyze(0, 900, 1200, 1899, 1900, 60_000);
  expect(busiest).toEqual([
    { seconds: 1, rows: 3 },
    { seconds: 10, rows: 5 },
    { seconds: 60, rows: 5 },
  ]);
});

test.each([
  ['0 for even arrivals', [0, 10, 20, 30], 0],
  ['1 where the spread equals the mean', [0, 0, 20, 20, 40], 1],
])('analyzeArrivals() has a variation of %s', (_what, timestampsMs, variation) => {
  expect(analyze(...timestampsMs).variation).toBeCloseTo(variation, 12);
});
