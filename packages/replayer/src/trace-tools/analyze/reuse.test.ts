import fc from 'fast-check';
import { expect, test } from 'vitest';

import { analyzeReuse } from './reuse.ts';
import { columnsOf, rowsOfIds } from '../../test/columns.ts';
import type { BlockId } from '../../trace/row.ts';
import { traceRows } from '../../test/trace-rows.ts';

const reuseOf = (ids: readonly (readonly BlockId[])[]) =>
  analyzeReuse(columnsOf(rowsOfIds(ids, 1)).blocks!);

test.each<[behaviour: string, ids: BlockId[][], hits: number[]]>([
  ['has no hit in blocks used once', [[1], [2], [3]], [0, 0, 0]],
  ['needs one block for a row that comes again at once', [[1], [1]], [0, 1]],
  ['counts the blocks used between', [[1], [2], [3], [1]], [0, 0, 0, 1]],
  ['counts a block used twice between once', [[1], [2], [2], [1]], [0, 1, 2]],
  [
    'keeps the beginning of a row longest',
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    [0, 1, 2, 3],
  ],
  [
    'ends a prefix at its first miss',
    [
      [1, 2],
      [3, 2],
    ],
    [0, 0, 0],
  ],
  ['moves what a row uses again to the front', [[1, 2], [3], [1], [3], [1, 2]], [0, 0, 3, 4]],
])('analyzeReuse() %s', (_behaviour, ids, hits) => {
  const reuse = reuseOf(ids);
  expect(hits.map((_, capacity) => reuse.hitsWithin(capacity))).toEqual(hits);
});

/** The cache as it is told: a list of blocks, the newest first, cut at its capacity. */
function simulate(rows: readonly (readonly BlockId[])[], capacity: number): number {
  let cache: BlockId[] = [];
  let hits = 0;
  for (const row of rows) {
    const prefix = row.findIndex((id) => !cache.includes(id));
    hits += prefix === -1 ? row.length : prefix;
    const used = [...new Set(row)];
    cache = [...used, ...cache.filter((id) => !used.includes(id))].slice(0, capacity);
  }
  return hits;
}

test.each([true, false])('analyzeReuse() agrees with a simulated cache, tree %s', (isTree) => {
  fc.assert(
    fc.property(traceRows({ isTree }), (rows) => {
      const ids = rows.map((row) => row.hashIds ?? []);
      const reuse = analyzeReuse(columnsOf(rows).blocks!);
      for (const capacity of [0, 1, 2, 3, 5, 8, 13, 1000]) {
        expect(reuse.hitsWithin(capacity)).toBe(simulate(ids, capacity));
      }
      expect(reuse.hits).toBe(simulate(ids, 1e6));
    }),
    { numRuns: 300 },
  );
});

test('analyzeReuse() finds the smallest cache for a share of the hits', () => {
  const reuse = reuseOf([[1], [1], [1], [2], [3], [1]]);
  expect([0.5, 0.6, 0.7, 1].map((share) => reuse.capacityFor(share))).toEqual([1, 1, 3, 3]);
  expect(reuseOf([[1], [2]]).capacityFor(0.5)).toBeUndefined();
});
