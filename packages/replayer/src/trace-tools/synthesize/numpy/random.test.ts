import { expect, test } from 'vitest';

import { Mt19937 } from './mt19937.ts';
import type { NumpyRandom } from './random.ts';
import { Pcg64 } from './pcg64.ts';

/** Makes the numbers asked for: an integer below n, or a double where n is absent. */
const draw = (random: NumpyRandom, ...limits: (number | undefined)[]) =>
  limits.map((n) => (n === undefined ? random.random() : random.below(n)));

/** What numpy 2 gives for `default_rng(seed)` and, after `seed(38)`, for `rand` and `randint`. */
const streams: [name: string, make: () => NumpyRandom, doubles: number[], mixed: number[]][] = [
  [
    'Pcg64 of seed 0',
    () => new Pcg64(0),
    [0.6369616873214543, 0.2697867137638703, 0.04097352393619469, 0.016527635528529094],
    [5, 0.2697867137638703, 4, 307829, 0.016527635528529094],
  ],
  [
    'Pcg64 of seed 42',
    () => new Pcg64(42),
    [0.7739560485559633, 0.4388784397520523, 0.8585979199113825, 0.6973680290593639],
    [0, 0.4388784397520523, 5, 433015, 0.6973680290593639],
  ],
  [
    'Pcg64 of a seed of two words',
    () => new Pcg64(1099511627781),
    [0.004739459374490829, 0.3725845824112115, 0.5872294266977701, 0.15139964872492384],
    [0, 0.3725845824112115, 0, 915752, 0.15139964872492384],
  ],
  [
    'Mt19937 of seed 38',
    () => new Mt19937(38),
    [0.38477311951674376, 0.859707846590619, 0.9441996358074201, 0.7028248936107294],
    [1, 0.8970098112501788, 3, 463164, 0.8964993708046145],
  ],
];

test.each(streams)('%s gives the doubles of numpy', (_name, make, doubles) => {
  expect(draw(make(), undefined, undefined, undefined, undefined)).toEqual(doubles);
});

test.each(streams)('%s gives integers between doubles as numpy does', (_name, make, _, mixed) => {
  expect(draw(make(), 7, undefined, 7, 1_000_000, undefined)).toEqual(mixed);
});

test.each(streams)('%s draws nothing for one outcome', (_name, make, doubles) => {
  expect(draw(make(), 1, 1, undefined)).toEqual([0, 0, doubles[0]]);
});

test.each(streams)('%s stays below n for the largest n', (_name, make) => {
  const random = make();
  const most = 2 ** 32 - 1;
  for (let i = 0; i < 1000; i += 1) {
    const value = random.below(most);
    expect(value >= 0 && value < most && Number.isInteger(value)).toBe(true);
  }
});

test('Pcg64 takes a seed of more than four words', () => {
  const seeds = [5n, 5n + 2n ** 128n, 5n + 2n ** 192n];
  const firsts = seeds.map((seed) => new Pcg64(seed).random());
  expect(firsts).toEqual([0.8050029237453802, 0.2531538239071238, 0.6156791890136427]);
});

test('Mt19937 takes the low 32 bits of a seed', () => {
  expect(new Mt19937(2n ** 40n + 38n).random()).toBe(new Mt19937(38).random());
});
