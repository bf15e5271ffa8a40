import { describe, expect, test } from 'vitest';

import { createRandom } from './random.ts';
import { sliceCountOf, createTimeSlices, FEWEST_ROWS } from './time-slices.ts';

/** Bursts: ten rows at once, every second. */
const bursts = Float64Array.from({ length: 400 }, (_, row) => Math.floor(row / 10) * 1e9);

describe('createTimeSlices()', () => {
  test('draws every row equally often, also the first and the last', () => {
    const draw = createTimeSlices(bursts, 5, createRandom(3));
    const sums = new Float64Array(400);
    for (let resample = 0; resample < 4000; resample++) {
      for (const [row, weight] of draw().entries()) sums[row]! += weight / 4000;
    }
    // Each is drawn once on average, with a deviation of √(4/5) a resample.
    expect(Math.min(...sums)).toBeGreaterThan(0.92);
    expect(Math.max(...sums)).toBeLessThan(1.08);
  });

  test('draws the rows of a burst together', () => {
    const weights = createTimeSlices(bursts, 7, createRandom(4))();
    for (const [row, weight] of weights.entries()) {
      expect(weight).toBe(weights[Math.floor(row / 10) * 10]);
    }
  });

  test('draws slices of one length in time, however many rows they hold', () => {
    // A thousand rows in the first second, ten in the other nine.
    const dueNs = Float64Array.from({ length: 1010 }, (_, row) =>
      row < 1000 ? row * 1e6 : (row - 999) * 0.9e9 + 1e9,
    );
    const draw = createTimeSlices(dueNs, 1, createRandom(5));
    // One slice is the whole circle, wherever it begins.
    expect(draw().every((weight) => weight === 1)).toBe(true);
  });

  test('draws the same from the same seed, and otherwise from another', () => {
    const drawn = (seed: number) => [...createTimeSlices(bursts, 5, createRandom(seed))()];
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test('draws rows that are all due at once as if they were evenly apart', () => {
    const weights = createTimeSlices(new Float64Array(100), 4, createRandom(6))();
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(100, -1);
    expect(new Set(weights).size).toBeGreaterThan(1);
  });
});

test('sliceCountOf() is a quarter of the root, from four on', () => {
  expect([FEWEST_ROWS, 1000, 10_000].map(sliceCountOf)).toEqual([4, 7, 25]);
});
