import { describe, expect, test } from 'vitest';

import { compareSides } from './compare.ts';
import { type DrawnSide, drawSide } from '../test/drawn-sides.ts';

/**
 * What the comparison says of deployments that are known to be alike, or to differ by 5 % in every
 * time to first token. Seeded, so the outcome is the same every time. More draws tell the rates
 * that `docs/comparison.md` has:
 * `COMPARISON_DRAWS=100 npx vitest run --config vitest.slow.config.mjs <this file>` prints them.
 */
const DRAWS = Number(process.env['COMPARISON_DRAWS'] ?? 20);

interface Setting extends Omit<DrawnSide, 'runSeeds' | 'traceSeed'> {
  readonly repeats: number;
}

/** Part of the comparisons that call at least one judged metric different. */
function shareDifferent(name: string, { repeats, ttftFactor = 1, ...load }: Setting): number {
  let different = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const traceSeed = 100 * draw;
    const common = { ...load, traceSeed, isSummed: false };
    const seeds = (from: number) => Array.from({ length: repeats }, (_, k) => from + 2 * k);
    const first = drawSide('a', { ...common, runSeeds: seeds(1000 * draw) });
    const secondSeeds = seeds(1000 * draw + 1);
    const second = drawSide('b', { ...common, ttftFactor, runSeeds: secondSeeds });
    const { contests } = compareSides([first, second], { resamples: 300 });
    if (contests[0]?.metrics.some(({ verdict }) => verdict === 'different')) different++;
  }
  if (DRAWS > 20) console.log(`${different} of ${DRAWS} called different: ${name}`);
  return different / DRAWS;
}

const settings: [name: string, Setting][] = [
  ['within one run of 6,000 rows', { repeats: 1, rows: 6000, servers: 10 }],
  ['within one run of 1,000 rows that queue', { repeats: 1, rows: 1000, servers: 8 }],
  ['over five repeats of 1,000 rows', { repeats: 5, rows: 1000, servers: 8 }],
  ['over three repeats that queue and fail', { repeats: 3, rows: 500, servers: 5, failing: 0.03 }],
];

describe('compareSides() of one deployment with itself, twenty times', () => {
  test.each(settings)('tells it from itself twice at most: %s', (name, setting) => {
    expect(shareDifferent(name, setting)).toBeLessThanOrEqual(2 / 20);
  });
});

describe('compareSides() of a deployment with one whose first tokens take 5 % longer', () => {
  const shifted: [name: string, Setting][] = [
    ['within one run of 6,000 rows', { repeats: 1, rows: 6000, servers: 10 }],
    ['over seven repeats of 1,500 rows', { repeats: 7, rows: 1500, servers: 10 }],
  ];

  test.each(shifted)('finds it eighteen times of twenty at least: %s', (name, setting) => {
    const found = shareDifferent(`${name}, 5 % longer`, { ...setting, ttftFactor: 1.05 });
    expect(found).toBeGreaterThanOrEqual(18 / 20);
  });
});
