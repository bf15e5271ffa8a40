import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { analyzeReuse } from '../trace-tools/analyze/reuse.ts';
import { ColumnsBuilder } from '../trace-tools/analyze/columns.ts';
import { CachePredictor } from './predict-cache.ts';
import type { TraceRow } from '../trace/row.ts';

type Short = readonly [inputLength: number, ...hashIds: number[]];

function predict(rows: readonly Short[]) {
  const predictor = new CachePredictor(512);
  rows.forEach(([inputLength, ...ids], index) =>
    predictor.add({
      index,
      timestampMs: 0,
      inputLength,
      outputLength: 1,
      ...(ids.length > 0 && { hashIds: ids }),
    }),
  );
  return predictor.result();
}

const tables: [behaviour: string, rows: readonly Short[], cachedTokens: number, mean: number][] = [
  ['expects nothing of the first row', [[600, 1, 2]], 0, 0],
  [
    'counts whole leading blocks',
    [
      [600, 1, 2],
      [1000, 1, 3],
    ],
    512,
    0.512 / 2,
  ],
  [
    'counts no more than the row has',
    [
      [600, 1, 2],
      [600, 1, 2],
    ],
    600,
    0.5,
  ],
  // The earlier row had 88 tokens of block 2; how many are equal is not asked.
  [
    'counts a block that was partial before as whole',
    [
      [600, 1, 2],
      [1024, 1, 2],
    ],
    1024,
    0.5,
  ],
  [
    'counts no block behind a new one',
    [
      [1024, 1, 2],
      [1024, 3, 2],
    ],
    0,
    0,
  ],
  ['counts rows without hash ids as new', [[1024], [1024]], 0, 0],
];

test.each(tables)('CachePredictor %s', (_behaviour, rows, cachedTokens, meanHitRate) => {
  const promptTokens = rows.reduce((sum, [inputLength]) => sum + inputLength, 0);
  expect(predict(rows)).toEqual({ rows: rows.length, cachedTokens, promptTokens, meanHitRate });
});

test('CachePredictor has no mean without rows', () => {
  expect(predict([])).toEqual({ rows: 0, cachedTokens: 0, promptTokens: 0 });
});

/** Rows of whole blocks whose ids form a tree: an id is the number that its path spells. */
const treeRows = fc.array(
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 })
    .map((path) => path.map((_, depth) => Number(path.slice(0, depth + 1).join('')))),
  { minLength: 1, maxLength: 60 },
);

function rowsOf(lists: readonly (readonly number[])[]): readonly Short[] {
  return lists.map((ids): Short => [ids.length * 512, ...ids]);
}

describe('CachePredictor, by properties', () => {
  test('agrees with trace analyze about an unlimited cache, where the ids form a tree', () => {
    fc.assert(
      fc.property(treeRows, (lists) => {
        const columns = new ColumnsBuilder();
        lists.forEach((hashIds, index) => {
          const lengths = { inputLength: hashIds.length * 512, outputLength: 1 };
          columns.add({ index, timestampMs: 0, ...lengths, hashIds } satisfies TraceRow);
        });
        const { blocks } = columns.build();
        expect(predict(rowsOf(lists))?.cachedTokens).toBe(512 * analyzeReuse(blocks!).hits);
      }),
      { numRuns: 200 },
    );
  });

  test('expects the same sum in any order of the rows', () => {
    fc.assert(
      fc.property(treeRows, (lists) => {
        const there = predict(rowsOf(lists))?.cachedTokens;
        expect(predict(rowsOf(lists.toReversed()))?.cachedTokens).toBe(there);
      }),
      { numRuns: 200 },
    );
  });
});
