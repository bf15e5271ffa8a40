import { expect, test } from 'vitest';

import { mcNemar } from './mcnemar.ts';

/** From scipy 1.17.1, `scipy.stats.binomtest(min(b, c), b + c).pvalue`. */
const cases: [firstOnly: number, secondOnly: number, p: number][] = [
  [0, 0, 1],
  [4, 4, 1],
  [1, 0, 1],
  [3, 0, 0.25],
  [6, 0, 0.03125],
  [9, 2, 0.0654296875],
  [62, 7, 4.102799046681871e-12],
  [7, 62, 4.102799046681871e-12],
  [500, 420, 0.00916276387523132],
];

test.each(cases)('mcNemar() of %s against %s', (firstOnly, secondOnly, p) => {
  expect(mcNemar(firstOnly, secondOnly) / p).toBeCloseTo(1, 10);
});

test('mcNemar() of more rows than a double has powers of two for', () => {
  expect(mcNemar(5000, 0)).toBe(0);
  expect(mcNemar(5000, 4900)).toBeCloseTo(0.3198, 3);
});
