import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  meanOf as weightedMeanOf,
  quantileOf,
  rankValues,
  type RankedValues,
  weightOf,
} from './ranked-values.ts';

const quantilesOf = (ranked: RankedValues, weights: Uint16Array, perMilles: readonly number[]) =>
  perMilles.map((perMille) => quantileOf(ranked, weights, weightOf(ranked, weights), perMille));
const meanOf = (ranked: RankedValues, weights: Uint16Array) =>
  weightedMeanOf(ranked, weights, weightOf(ranked, weights));
const ones = (count: number) => new Uint16Array(count).fill(1);

describe('quantileOf()', () => {
  const cases: [behaviour: string, values: number[], weights: number[], quantiles: unknown[]][] = [
    ['takes rank ⌈n p⌉', [4, 1, 3, 2], [1, 1, 1, 1], [2, 4]],
    ['counts a value as often as it was drawn', [4, 1, 3, 2], [0, 3, 1, 0], [1, 3]],
    ['puts infinite values last', [Infinity, 1, 2], [1, 1, 1], [2, Infinity]],
    ['leaves out what is no number', [NaN, 1, NaN, 2, 3], [9, 1, 9, 1, 1], [2, 3]],
    ['is unknown when nothing has a weight', [1, 2], [0, 0], [undefined, undefined]],
  ];

  test.each(cases)('%s', (_behaviour, values, weights, expected) => {
    const ranked = rankValues(Float64Array.from(values));
    expect(quantilesOf(ranked, Uint16Array.from(weights), [500, 900])).toEqual(expected);
  });

  test('agrees with the values written out as often as they were drawn', () => {
    const drawn = fc.array(fc.tuple(fc.double({ noNaN: true, min: 0 }), fc.nat(3)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 1000 }), (pairs, perMille) => {
        const values = Float64Array.from(pairs, ([value]) => value);
        const weights = Uint16Array.from(pairs, ([, weight]) => weight);
        const all = pairs.flatMap(([value, weight]) => Array<number>(weight).fill(value));
        const sorted = Float64Array.from(all).sort();
        const expected = sorted[Math.ceil((sorted.length * perMille) / 1000) - 1];
        expect(quantilesOf(rankValues(values), weights, [perMille])).toEqual([expected]);
      }),
    );
  });
});

test('meanOf() is infinite with an infinite value, unless that was not drawn', () => {
  const ranked = rankValues(Float64Array.from([1, Infinity, 3]));
  expect(meanOf(ranked, ones(3))).toBe(Infinity);
  expect(meanOf(ranked, Uint16Array.from([1, 0, 3]))).toBe(2.5);
  expect(meanOf(ranked, new Uint16Array(3))).toBeUndefined();
});
