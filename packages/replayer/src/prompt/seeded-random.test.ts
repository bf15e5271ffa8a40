import { expect, test } from 'vitest';

import { fillRandom, type RandomState } from './seeded-random.ts';

function draw(count: number, ...state: RandomState): number[] {
  const numbers = new Uint32Array(count);
  fillRandom(numbers, state);
  return [...numbers];
}

test('fillRandom() draws what another program draws from docs/prompts.md', () => {
  expect(draw(4, 7, 0, 42, 0)).toEqual([799_696_763, 366_545_093, 4_130_095_708, 2_033_864_867]);
});

test('fillRandom() begins a longer array like a shorter one', () => {
  expect(draw(100, 1, 2, 3, 4).slice(0, 10)).toEqual(draw(10, 1, 2, 3, 4));
});

test('fillRandom() takes words of 32 bits as they are', () => {
  const word = 0xffff_fffe;
  expect(draw(5, word, word, word, word)).toEqual(draw(5, -2, -2, -2, -2));
});

test('fillRandom() gives unrelated numbers for states that differ in one bit', () => {
  const differing = Array.from({ length: 128 }, (_, bit) => {
    const words = [0, 1, 2, 3].map((word) => (word === bit >> 5 ? 1 << (bit & 31) : 0));
    return draw(1, ...(words as unknown as RandomState))[0] ?? 0;
  });
  const base = draw(1, 0, 0, 0, 0)[0] ?? 0;
  const ones = (value: number) => value.toString(2).replaceAll('0', '').length;
  const flipped = differing.map((number) => ones((number ^ base) >>> 0));
  // 16 of 32 bits each; 6 standard deviations of one are 17, of the mean 1.5.
  const mean = flipped.reduce((a, b) => a + b) / flipped.length;
  expect(Math.abs(mean - 16)).toBeLessThan(1.5);
  expect(new Set(differing).size).toBe(128);
});

test('fillRandom() spreads evenly over sixteen parts', () => {
  const counts = new Array<number>(16).fill(0);
  for (let seed = 0; seed < 100; seed++) {
    for (const number of draw(512, seed, 0, 42, 0)) counts[number >>> 28]! += 1;
  }
  // 3,200 each; 6 standard deviations are 329.
  for (const count of counts) expect(Math.abs(count - 3200)).toBeLessThan(329);
});
