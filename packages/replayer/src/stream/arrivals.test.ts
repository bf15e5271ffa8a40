import { expect, test } from 'vitest';

import { Arrivals } from './arrivals.ts';

function arrive(tokens: readonly (number | undefined)[]): Arrivals {
  const arrivals = new Arrivals();
  tokens.forEach((count, index) => arrivals.add(1e15 + index, count));
  return arrivals;
}

test.each([0, 1, 31, 32, 33, 48, 49, 10_000])(
  'Arrivals keeps %i stamps in order, exactly',
  (count) => {
    const arrivals = arrive(Array.from({ length: count }, () => undefined));
    expect(arrivals.count).toBe(count);
    expect([...arrivals.stampsNs]).toEqual(
      Array.from({ length: count }, (_, index) => 1e15 + index),
    );
    expect(arrivals.tokens).toBeUndefined();
  },
);

const counted: [behaviour: string, tokens: (number | undefined)[], kept: number[] | undefined][] = [
  ['keeps the counts if each arrival has one', [2, 0, 10], [2, 0, 10]],
  ['knows none if the first has none', [undefined, 1, 1], undefined],
  ['knows none if one has none', [1, undefined, 1], undefined],
  ['knows none if the last has none', [1, 1, undefined], undefined],
  ['keeps more counts than it began with', Array<number>(100).fill(3), Array<number>(100).fill(3)],
];

test.each(counted)('Arrivals %s', (_behaviour, tokens, kept) => {
  const { tokens: found } = arrive(tokens);
  expect(found && [...found]).toEqual(kept);
});

test('Arrivals needs less than 4 kB for 300 tokens', () => {
  const { stampsNs } = arrive(Array.from({ length: 300 }, () => undefined));
  expect(stampsNs.buffer.byteLength).toBeLessThan(4096);
});
