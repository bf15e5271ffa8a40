import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { betweenRunsInterval } from './interval.ts';
import { powerOf, repeatsFor, smallestEffect, WANTED_POWER } from './power.ts';
import { createRandom, type Random } from './random.ts';
import { studentQuantile } from './student.ts';

/** Five judged metrics that hold together at 95 %, as with objectives and two sides. */
const TAIL = 0.05 / 5 / 2;

describe('powerOf()', () => {
  // Of a paired t-test at 5 %, as G*Power 3.1 gives it.
  test.each([
    [1, 10, 0.803],
    [0.5, 34, 0.808],
    [0.8, 15, 0.821],
    [0, 10, 0.05],
  ])('of %s deviations over %s pairs is %s', (effect, pairs, power) => {
    expect(powerOf(effect, pairs, { deviation: 1, tail: 0.025 })).toBeCloseTo(power, 3);
  });

  test.each([
    [3, 0.03, 1.2],
    [5, 0.05, 1.1],
    [8, 0.05, 1.05],
  ])('over %s pairs agrees with drawn pairs', (pairs, deviation, ratio) => {
    const random = createRandom(pairs);
    const draws = 10_000;
    let found = 0;
    for (let draw = 0; draw < draws; draw++) {
      const effects = Array.from({ length: pairs }, () => {
        return Math.log(ratio) + deviation * normal(random);
      });
      const { low, high } = betweenRunsInterval(effects, TAIL)!;
      if (low > 0 || high < 0) found++;
    }
    const power = powerOf(Math.log(ratio), pairs, { deviation, tail: TAIL });
    expect(Math.abs(found / draws - power)).toBeLessThan(0.015);
  });
});

test('smallestEffect() and repeatsFor() are where the power is the wanted one', () => {
  const uncertainty = { deviation: 0.03, tail: TAIL };
  const effect = smallestEffect(5, uncertainty);
  expect(powerOf(effect, 5, uncertainty)).toBeCloseTo(WANTED_POWER, 6);
  expect(repeatsFor(effect * 1.001, uncertainty)).toBe(5);
  expect(repeatsFor(effect * 0.999, uncertainty)).toBe(6);
  expect(repeatsFor(0, uncertainty)).toBeUndefined();
});

/** What Student's t and, in its place, the normal distribution exceed with probability `TAIL`. */
const limits = (repeats: number) => ({ t: studentQuantile(TAIL, repeats - 1), normal: 2.5758 });

/**
 * Part of the comparisons of a deployment with itself in which one of five metrics is called
 * different. Metrics of one run rise and fall together: half of their variance is common.
 */
function falseAlarms(repeats: number, limit: number, draws: number): number {
  const random = createRandom(17 + repeats);
  let alarms = 0;
  for (let draw = 0; draw < draws; draw++) {
    const common = Array.from({ length: repeats }, () => normal(random));
    const isAlarm = Array.from({ length: 5 }, () => {
      const effects = common.map((shared) => (shared + normal(random)) / Math.SQRT2);
      const mean = effects.reduce((sum, effect) => sum + effect) / repeats;
      const squares = effects.reduce((sum, effect) => sum + (effect - mean) ** 2, 0);
      return Math.abs(mean) * Math.sqrt(repeats) > limit * Math.sqrt(squares / (repeats - 1));
    }).some(Boolean);
    if (isAlarm) alarms++;
  }
  return alarms / draws;
}

test.each([
  [3, 0.43],
  [5, 0.24],
  [8, 0.15],
])(
  'of %s repeats of one deployment, 5 %% differ at most by t, and %s by z',
  (repeats, byNormal) => {
    const { t, normal: z } = limits(repeats);
    // Three deviations of 8,000 draws above 5 %.
    expect(falseAlarms(repeats, t, 8000)).toBeLessThanOrEqual(0.0573);
    expect(Math.abs(falseAlarms(repeats, z, 8000) - byNormal)).toBeLessThan(0.02);
  },
);

test('docs/comparison.md has the power for 3, 5 and 8 repeats', () => {
  const page = new URL('../../../../../docs/comparison.md', import.meta.url);
  const lines = [0.01, 0.02, 0.03, 0.05].flatMap((deviation) =>
    [1.05, 1.1, 1.2].map((ratio) => [
      `${Math.round(100 * deviation)} %`,
      `${Math.round(100 * (ratio - 1))} %`,
      ...[3, 5, 8].map((repeats) => {
        const power = powerOf(Math.log(ratio), repeats, { deviation, tail: TAIL });
        return `${Math.round(100 * power)} %`;
      }),
    ]),
  );
  const documented = readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => /^\|( +\d+ % \|){5}$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(documented).toEqual(lines);
});

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
