import fc from 'fast-check';
import { expect, test } from 'vitest';

import { CacheExpecter } from './expect-cache.ts';
import { CachePredictor } from './predict-cache.ts';
import type { TraceRow } from '../trace/row.ts';

function rowOf(hashIds: readonly number[], index: number): TraceRow {
  const lengths = { inputLength: hashIds.length * 512, outputLength: 1 };
  return { index, timestampMs: index, ...lengths, hashIds };
}

/** Blocks found in caches of so many blocks. */
function hits(workers: number, cacheBlocks: number, rows: readonly (readonly number[])[]) {
  const expecter = new CacheExpecter({ workers, cacheTokens: 512 * cacheBlocks }, 512);
  for (const [index, ids] of rows.entries()) expecter.add(rowOf(ids, index));
  const { kvAware, roundRobin } = expecter.result()!;
  return { kvAware: kvAware.cachedTokens / 512, roundRobin: roundRobin.cachedTokens / 512 };
}

const cases: [
  behaviour: string,
  caches: [workers: number, blocks: number],
  rows: number[][],
  found: { kvAware: number; roundRobin: number },
][] = [
  ['finds nothing in cold caches', [2, 9], [[1, 2], [3]], { kvAware: 0, roundRobin: 0 }],
  [
    'sends a row where its prefix is, or in turns',
    [2, 9],
    [
      [1, 2],
      [3, 4],
      [3, 4, 5],
      [1, 2, 6],
    ],
    { kvAware: 4, roundRobin: 0 },
  ],
  [
    'drops the block not used for longest, and of a row the last one first',
    [1, 3],
    [[1, 2], [3, 4], [1], [3, 4]],
    { kvAware: 3, roundRobin: 3 },
  ],
  [
    'keeps what was used again',
    [1, 3],
    [[1, 2], [1, 2], [3], [1, 2]],
    { kvAware: 4, roundRobin: 4 },
  ],
  [
    'weighs a cached prefix against earlier work',
    [2, 99],
    // The first worker has computed nine blocks; one that is cached is worth one of them.
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], [10], [1, 11], [1, 12]],
    { kvAware: 1, roundRobin: 1 },
  ],
  [
    'keeps no row longer than the cache',
    [1, 2],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    { kvAware: 2, roundRobin: 2 },
  ],
];

test.each(cases)('CacheExpecter %s', (_behaviour, [workers, blocks], rows, found) => {
  expect(hits(workers, blocks, rows)).toEqual(found);
});

test('CacheExpecter has no result without rows, and no hits of rows without hash ids', () => {
  const expecter = new CacheExpecter({ workers: 2, cacheTokens: 1000 }, 512);
  expect(expecter.result()).toBeUndefined();
  for (const index of [0, 1]) {
    expecter.add({ index, timestampMs: 0, inputLength: 1024, outputLength: 1 });
  }
  expect(expecter.result()?.kvAware).toEqual({ cachedTokens: 0, meanHitRate: 0 });
});

const rowLists = fc.array(
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 })
    .map((path) => path.map((_, depth) => Number(path.slice(0, depth + 1).join('')))),
  { minLength: 1, maxLength: 60 },
);

test('CacheExpecter never finds more than the ceiling, and all of it in one large cache', () => {
  fc.assert(
    fc.property(
      rowLists,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 40 }),
      (rows, workers, blocks) => {
        const predictor = new CachePredictor(512);
        for (const [index, ids] of rows.entries()) predictor.add(rowOf(ids, index));
        const ceiling = predictor.result()!.cachedTokens / 512;
        const { kvAware, roundRobin } = hits(workers, blocks, rows);
        expect(Math.max(kvAware, roundRobin)).toBeLessThanOrEqual(ceiling);
        expect(hits(1, 10_000, rows)).toEqual({ kvAware: ceiling, roundRobin: ceiling });
      },
    ),
    { numRuns: 200 },
  );
});
