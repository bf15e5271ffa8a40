import { expect, test } from 'vitest';

import { PrefixFilter } from './prefix-filter.ts';
import type { BlockId } from '../trace/row.ts';

const LARGE = 2n ** 64n - 1n;

const rows: [behaviour: string, rows: readonly (readonly BlockId[])[], seen: readonly number[]][] =
  [
    ['knows nothing at first', [[1, 2, 3]], [0]],
    [
      'knows a row that it saw',
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [0, 3],
    ],
    [
      'counts leading blocks',
      [
        [1, 2, 3],
        [1, 2, 4, 3],
        [1, 5],
      ],
      [0, 2, 1],
    ],
    ['takes a block for seen only behind the same blocks', [[1, 2], [3, 2], [2]], [0, 0, 0]],
    [
      'tells repeated blocks of one row apart',
      [
        [7, 7],
        [7, 7, 7],
      ],
      [0, 2],
    ],
    ['tells ids beyond 2^32 apart', [[1], [1 + 2 ** 32], [2 ** 53 - 1]], [0, 0, 0]],
    ['tells ids beyond 2^53 apart', [[LARGE], [LARGE - 1n], [LARGE]], [0, 0, 1]],
    ['takes a row without blocks', [[], []], [0, 0]],
  ];

test.each(rows)('PrefixFilter %s', (_behaviour, added, seen) => {
  const filter = new PrefixFilter();
  expect(added.map((hashIds) => filter.add(hashIds))).toEqual(seen);
});

/** Ids as traces have them: small and dense, with gaps, beyond 2^32, beyond 2^53, in chains. */
const kinds: [kind: string, rowOf: (index: number) => readonly BlockId[], perRow: number][] = [
  ['dense', (index) => [index], 1],
  ['far apart', (index) => [index * 4096], 1],
  ['beyond 2^32', (index) => [index * 2 ** 32], 1],
  ['beyond 2^53', (index) => [2n ** 60n + BigInt(index) * 2n ** 32n], 1],
  ['in chains', (index) => [index, 1, 2, 3], 4],
];

test.each(kinds)('PrefixFilter tells 200,000 prefixes of ids %s apart', (_kind, rowOf, perRow) => {
  const filter = new PrefixFilter();
  const rowCount = 200_000 / perRow;
  let seen = 0;
  for (let index = 0; index < rowCount; index += 1) seen += filter.add(rowOf(index));
  // A digest that loses bits would take hundreds for seen.
  expect(seen).toBeLessThanOrEqual(1);
  expect(filter.size).toBeGreaterThanOrEqual(199_999);
  expect(filter.isFull).toBe(false);
  expect(filter.add(rowOf(rowCount - 1))).toBe(perRow);
});

test('PrefixFilter is full at 8 million prefixes, of which it took one in 500 for seen', () => {
  const filter = new PrefixFilter();
  const row = Array.from({ length: 1024 }, (_, index) => index);
  let rowCount = 0;
  for (; !filter.isFull; rowCount += 1) {
    row[0] = rowCount;
    filter.add(row);
  }
  const lost = rowCount * 1024 - filter.size;
  expect(lost / filter.size).toBeLessThan(0.002);
}, 30_000);
