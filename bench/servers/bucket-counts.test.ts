import { expect, test } from 'vitest';

import { percentileOfCounts, readCounts } from './bucket-counts.ts';

test('percentileOfCounts() takes the bucket in which the rank falls', () => {
  const counts = readCounts('10000000 98\n12000000 1\n90000000 1\n');
  expect(percentileOfCounts(counts, 0.98)).toBe(10);
  expect(percentileOfCounts(counts, 0.99)).toBe(12);
  expect(percentileOfCounts(counts, 1)).toBe(90);
  expect(percentileOfCounts([], 0.99)).toBeUndefined();
});
