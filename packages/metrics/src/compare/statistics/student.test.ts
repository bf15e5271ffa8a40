import { expect, test } from 'vitest';

import { studentAbove, studentQuantile } from './student.ts';

/** From scipy 1.17.1, `scipy.stats.t.isf` and `.sf`. */
const quantiles: [tail: number, degrees: number, t: number][] = [
  [0.005, 1, 63.65674116287158],
  [0.005, 2, 9.924843200918293],
  [0.005, 3, 5.840909309733357],
  [0.0125, 4, 3.4954059325164377],
  [0.005, 15, 2.9467128834752385],
  [0.025, 29, 2.045229642132704],
  [0.0005, 100, 3.3904913111642294],
];

test.each(quantiles)('studentQuantile() of %s with %s degrees', (tail, degrees, t) => {
  expect(studentQuantile(tail, degrees)).toBeCloseTo(t, 8);
});

const tails: [t: number, degrees: number, tail: number][] = [
  [0, 1, 0.5],
  [1, 1, 0.25],
  [2.5, 2, 0.06480586011075541],
  [3.1, 7, 0.008661144712748757],
  [4, 24, 0.00026345403639085185],
];

test.each(tails)('studentAbove() %s with %s degrees', (t, degrees, tail) => {
  expect(studentAbove(t, degrees)).toBeCloseTo(tail, 12);
});
