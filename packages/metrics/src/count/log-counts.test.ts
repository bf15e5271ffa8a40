import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  addLogCounts,
  countDuration,
  countUpTo,
  createLogCounts,
  entriesOf,
  type LogCounts,
  quantileOf,
} from './log-counts.ts';

const durations = fc.array(
  fc.oneof(
    fc.nat(200),
    fc.nat(10 ** 9),
    fc.nat(2 ** 43 - 2),
    fc.constantFrom(2 ** 40, 2 ** 40 - 1),
  ),
  { minLength: 1, maxLength: 60 },
);

function countsOf(values: readonly number[]) {
  const counts = createLogCounts();
  for (const value of values) countDuration(counts, value);
  return counts;
}

test('quantileOf() is the exact quantile or at most 3.2 % above it', () => {
  fc.assert(
    fc.property(
      durations,
      fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1),
      (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(share * values.length - 1e-6) - 1] ?? NaN;
        const read = quantileOf(countsOf(values), share) ?? NaN;
        expect(read).toBeGreaterThanOrEqual(exact);
        expect(read).toBeLessThanOrEqual(exact * 1.032);
      },
    ),
  );
});

test('countUpTo() is never too low, and counts nothing from 3.2 % above the limit on', () => {
  fc.assert(
    // Limits at a value, just below it and just above it: elsewhere few could go wrong.
    fc.property(durations, fc.nat(59), fc.constantFrom(-1, 0, 1), (values, place, beside) => {
      const limit = (values[place % values.length] ?? 0) + beside;
      const counted = countUpTo(countsOf(values), limit);
      expect(counted).toBeGreaterThanOrEqual(values.filter((value) => value <= limit).length);
      expect(counted).toBeLessThanOrEqual(values.filter((value) => value <= limit * 1.032).length);
    }),
  );
});

test('addLogCounts() of any split gives the same as one', () => {
  fc.assert(
    fc.property(durations, fc.nat(60), (values, cut) => {
      const merged = countsOf(values.slice(cut));
      addLogCounts(merged, countsOf(values.slice(0, cut)));
      expect(merged).toEqual(countsOf(values));
    }),
  );
});

test('entriesOf() gives each bucket its least value, and all values a bucket', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const entries = entriesOf(countsOf(values));
      expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect(entries[0]?.leastNs).toBeLessThanOrEqual(Math.min(...values));
    }),
  );
});

test('log counts without values know no quantile; what is below 0 counts as 0', () => {
  expect(quantileOf(createLogCounts(), 0.5)).toBeUndefined();
  expect(countUpTo(createLogCounts(), 5)).toBe(0);
  expect(countsOf([-5, 0.4])).toMatchObject({ count: 2, sumNs: 0, maxNs: 0 });
  // Beyond the last bucket a value is held there, and kept exactly as the largest.
  expect(quantileOf(countsOf([2 ** 50]), 1)).toBeLessThan(2 ** 44);
  expect(countsOf([2 ** 50]).maxNs).toBe(2 ** 50);
});

test('log counts that crossed to another thread are counted in and read there, in 10 KB', () => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(countsOf([1, 1e6]));
  const crossed = (receiveMessageOnPort(port2) as { message: LogCounts }).message;
  port1.close();
  countDuration(crossed, 5e6);
  expect(crossed).toEqual(countsOf([1, 1e6, 5e6]));
  expect(quantileOf(crossed, 1)).toBe(5e6);
  expect(crossed.counts.byteLength).toBeLessThan(10_240);
});
