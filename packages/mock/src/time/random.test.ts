import { expect, test } from 'vitest';

import { createRandom } from './random.ts';

const draw = (count: number, ...seeds: number[]) => {
  const random = createRandom(...seeds);
  return Array.from({ length: count }, random);
};

test('createRandom() gives the same numbers for the same seeds', () => {
  expect(draw(5, 7, 1)).toEqual(draw(5, 7, 1));
});

test.each([
  ['another seed', [8, 1]],
  ['another second seed', [7, 2]],
  ['the seeds in another order', [1, 7]],
  ['fewer seeds', [7]],
])('createRandom() gives other numbers for %s', (_what, seeds) => {
  expect(draw(5, ...seeds)).not.toEqual(draw(5, 7, 1));
});

test('createRandom() stays in [0, 1) and fills it evenly', () => {
  const numbers = draw(20_000, 42);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const number of numbers) tenths[Math.floor(number * 10)]! += 1;
  // 2,000 each; 5 standard deviations are 212.
  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(212);
});
