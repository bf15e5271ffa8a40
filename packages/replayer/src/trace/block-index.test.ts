import fc from 'fast-check';
import { expect, test } from 'vitest';

import { BlockIndex } from './block-index.ts';
import { scaleId } from './row.ts';

const MOST = 2n ** 64n - 1n;

const id = fc.oneof(
  fc.nat({ max: 20 }),
  fc.maxSafeNat(),
  fc.constantFrom(2 ** 32, 2 ** 33, 2 ** 53 - 1),
  fc.bigInt({ min: 2n ** 53n, max: MOST }),
  fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, MOST),
);

test('BlockIndex numbers pairs in the order of their first sight', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -1, max: 3 }), id)), (pairs) => {
      const index = new BlockIndex();
      const known = new Map<string, number>();
      for (const [context, block] of pairs) {
        const key = `${context} ${block}`;
        if (!known.has(key)) known.set(key, known.size);
        expect(index.add(context, block)).toBe(known.get(key));
        expect(index.size).toBe(known.size);
      }
    }),
  );
});

test('BlockIndex keeps its numbers while it grows', () => {
  const index = new BlockIndex();
  const pairs = Array.from({ length: 10_000 }, (_, n) => [n % 7, n * 2 ** 20] as const);
  for (const [context, block] of pairs) index.add(context, block);
  expect(pairs.map(([context, block]) => index.add(context, block))).toEqual([...pairs.keys()]);
});

test('BlockIndex tells apart equal ids in many contexts', () => {
  const index = new BlockIndex();
  const contexts = Array.from({ length: 10_000 }, (_, context) => context);
  const numbers = contexts.flatMap((context) => [index.add(context, 0), index.add(context, 7)]);
  expect(numbers).toEqual([...numbers.keys()]);
});

test.each([
  [3, 8, 7, 31],
  [2 ** 53 - 1, 1, 0, 2 ** 53 - 1],
  [2 ** 53 - 1, 8, 7, 2n ** 56n - 1n],
  [2n ** 61n - 1n, 8, 7, MOST],
  [2n ** 61n, 8, 0, undefined],
  [2n ** 60n, 1, 1, 2n ** 60n + 1n],
])('scaleId(%s, %d, %d) is %s', (block, factor, offset, scaled) => {
  expect(scaleId(block, factor, offset)).toBe(scaled);
});
