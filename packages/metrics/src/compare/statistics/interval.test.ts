import { describe, expect, test } from 'vitest';

import { betweenRunsInterval, withinRunInterval } from './interval.ts';

describe('betweenRunsInterval()', () => {
  test('is mean ± t s ÷ √n; by numpy 2 and scipy 1.17.1', () => {
    const three = betweenRunsInterval([1.04, 1.06, 1.05].map(Math.log), 0.005);
    expect(three?.low).toBeCloseTo(-0.005814412528662709, 10);
    expect(three?.high).toBeCloseTo(0.10333426949312219, 10);
    const five = betweenRunsInterval([-0.02, 0.01, 0.03, 0.05, -0.01], 0.005);
    expect(five?.low).toBeCloseTo(-0.046961182924362826, 10);
    expect(five?.high).toBeCloseTo(0.07096118292436282, 10);
  });

  test('is unknown when a run has an infinite value', () => {
    expect(betweenRunsInterval([0, Infinity, 1], 0.005)).toBeUndefined();
  });
});

describe('withinRunInterval()', () => {
  /** −50 … 50 in steps of 0.1: the 10th and the 90th percentile are −40 and 40. */
  const even = () => Float64Array.from({ length: 1001 }, (_, index) => (index - 500) / 10);
  const options = { tail: 0.005, slices: 16 };
  /** t of 15 degrees × √(16/15) ÷ z of the 90th percentile. */
  const stretch = (2.9467128834752385 * Math.sqrt(16 / 15)) / 1.2815515655446004;

  test('stretches the spread of the resamples by t, each side by itself', () => {
    expect(withinRunInterval(10, even(), options).low).toBeCloseTo(10 - 50 * stretch, 8);
    expect(withinRunInterval(10, even(), options).high).toBeCloseTo(10 + 30 * stretch, 8);
  });

  test('takes resamples in any order', () => {
    expect(withinRunInterval(0, even().reverse(), options)).toEqual(
      withinRunInterval(0, even(), options),
    );
  });

  test('ends in the infinite if more resamples than the tail are', () => {
    const some = even().map((effect) => (effect > 49 ? Infinity : effect));
    expect(withinRunInterval(0, some, options).high).toBe(Infinity);
    const few = even().map((effect) => (effect > 49.8 ? Infinity : effect));
    expect(withinRunInterval(0, few, options).high).toBeCloseTo(40 * stretch, 8);
  });

  test('of an infinite effect begins where the resamples do', () => {
    const effects = Float64Array.from({ length: 1001 }, (_, index) => (index < 9 ? 3 : Infinity));
    expect(withinRunInterval(Infinity, effects, options)).toEqual({ low: 3, high: Infinity });
  });

  test('of resamples that are all alike is that one value', () => {
    expect(withinRunInterval(2, new Float64Array(100).fill(2), options)).toEqual({
      low: 2,
      high: 2,
    });
  });
});
