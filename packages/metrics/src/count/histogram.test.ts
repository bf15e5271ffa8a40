import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HIGHEST_NS, Histogram, isEnoughFor, type PerMille, rankOf } from './histogram.ts';

function histogramOf(valuesNs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const valueNs of valuesNs) histogram.record(valueNs);
  return histogram;
}

/** Everything that can be asked of a histogram. */
function factsOf(histogram: Histogram) {
  const { count, clamped, minNs, maxNs, sumNs, meanMs } = histogram;
  const ranks = count === 0 ? [] : [1, Math.ceil(count / 2), count];
  const valuesNs = ranks.map((rank) => histogram.valueAtRank(rank));
  return { count, clamped, minNs, maxNs, sumNs, meanMs, valuesNs };
}

const durationsNs = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 5000 }),
    fc.integer({ min: 0, max: 1e9 }),
    fc.integer({ min: 0, max: HIGHEST_NS }),
  ),
  { minLength: 1, maxLength: 300 },
);

describe('Histogram', () => {
  test('keeps extremes exactly, where HDR would round them up', () => {
    const histogram = histogramOf([20_000_000_000]);
    expect(histogram.toHdr().getValueAtPercentile(100)).toBe(20_015_218_687);
    expect(histogram.valueAtRank(1)).toBe(20_000_000_000);
    expect([histogram.minNs, histogram.maxNs]).toEqual([20_000_000_000, 20_000_000_000]);
  });

  test('keeps the sum exactly beyond 2^53', () => {
    const histogram = new Histogram();
    for (let index = 0; index < 20_000; index++) histogram.record(1e12 + 1);
    expect(histogram.sumNs).toBe(20_000n * 1_000_000_000_001n);
    expect(histogram.sumNs > 2n ** 53n).toBe(true);
    expect(histogram.meanMs).toBe(1_000_000.000001);
  });

  test('has no figures without values', () => {
    expect(factsOf(new Histogram())).toEqual({
      count: 0,
      clamped: 0,
      minNs: undefined,
      maxNs: undefined,
      sumNs: 0n,
      meanMs: undefined,
      valuesNs: [],
    });
  });

  test('counts a gap of 0 ns as a value like others', () => {
    expect(factsOf(histogramOf([0, 0, 4]))).toMatchObject({
      count: 3,
      clamped: 0,
      minNs: 0,
      maxNs: 4,
      valuesNs: [0, 0, 4],
    });
  });

  test('clamps what is out of range, says so, and keeps the exact figures', () => {
    expect(factsOf(histogramOf([-5, 1000, 9e12]))).toMatchObject({
      count: 3,
      clamped: 2,
      minNs: -5,
      maxNs: 9e12,
      sumNs: 9_000_000_000_995n,
    });
  });

  test('never reads a percentile above the maximum, even below the range', () => {
    expect(histogramOf([-5]).valueAtRank(1)).toBe(-5);
  });

  test.each([NaN, Infinity, 0.5, 2 ** 53])('refuses %s and counts nothing', (value) => {
    const histogram = new Histogram();
    expect(() => histogram.record(value)).toThrow(`Cannot record "${value}"`);
    expect(histogram.count).toBe(0);
  });

  test.each([0, 3, NaN])('has no rank %s among two values', (rank) => {
    expect(() => histogramOf([1, 2]).valueAtRank(rank)).toThrow(RangeError);
  });

  test('reads every rank at most 0.1 % above the exact value, never below it', () => {
    fc.assert(
      fc.property(durationsNs, (valuesNs) => {
        const histogram = histogramOf(valuesNs);
        const sorted = valuesNs.toSorted((a, b) => a - b);
        sorted.forEach((exactNs, index) => {
          const readNs = histogram.valueAtRank(index + 1);
          expect(readNs).toBeGreaterThanOrEqual(exactNs);
          expect(readNs).toBeLessThanOrEqual(exactNs * 1.001);
        });
      }),
    );
  });

  test('merge() of any split, in any order, is the whole', () => {
    const anyNs = fc.array(fc.tuple(fc.maxSafeInteger(), fc.nat(2)), { maxLength: 60 });
    fc.assert(
      fc.property(anyNs, fc.boolean(), (values, isReversed) => {
        const parts = [0, 1, 2].map((part) =>
          histogramOf(values.filter(([, to]) => to === part).map(([valueNs]) => valueNs)),
        );
        const merged = new Histogram();
        for (const part of isReversed ? parts.toReversed() : parts) merged.merge(part);
        expect(factsOf(merged)).toEqual(factsOf(histogramOf(values.map(([valueNs]) => valueNs))));
      }),
    );
  });

  test('toHdr() gives a copy', () => {
    const histogram = histogramOf([1, 2]);
    histogram.toHdr().recordValue(3);
    expect(histogram.count).toBe(2);
  });
});

const ranks: [perMille: PerMille, count: number, rank: number][] = [
  [500, 1, 1],
  [500, 20, 10],
  [500, 21, 11],
  [990, 1000, 990],
  [990, 1001, 991],
  [999, 10_000, 9990],
];

test.each(ranks)('rankOf(%s ‰) of %s values is %s', (perMille, count, rank) => {
  expect(rankOf(perMille, count)).toBe(rank);
});

const enough: [perMille: PerMille, first: number][] = [
  [500, 20],
  [900, 100],
  [950, 200],
  [990, 1000],
  [999, 10_000],
];

test.each(enough)('isEnoughFor(%s ‰) from %s values', (perMille, first) => {
  expect([isEnoughFor(perMille, first - 1), isEnoughFor(perMille, first)]).toEqual([false, true]);
});
