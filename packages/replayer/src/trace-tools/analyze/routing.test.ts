import fc from 'fast-check';
import { expect, test } from 'vitest';

import { analyzeRouting } from './routing.ts';
import { columnsOf, rowsOfIds } from '../../test/columns.ts';
import type { BlockId } from '../../trace/row.ts';
import { traceRows } from '../../test/trace-rows.ts';

const BLOCK = 10;

const route = (ids: readonly (readonly BlockId[])[], workers: number) => {
  const columns = columnsOf(rowsOfIds(ids, BLOCK));
  return analyzeRouting(columns.blocks!, columns.inputLengths, BLOCK, workers);
};

test('analyzeRouting() keeps two conversations apart where round robin mixes them', () => {
  const routing = route(
    [
      [1, 2],
      [7, 8],
      [7, 8, 9],
      [1, 2, 3],
      [1, 2, 3, 4],
      [7, 8, 9, 5],
    ],
    2,
  );
  // Round robin: worker 0 gets rows 0, 2, 4 and computes 2 + 3 + 2 blocks, worker 1 the same.
  expect(routing.roundRobin).toEqual({ blockHitRate: 4 / 18, prefillTokens: 140, imbalance: 1 });
  // KV-aware: each conversation stays where it began: 2 + 1 + 1 blocks a worker.
  expect(routing.kvAware).toEqual({ blockHitRate: 10 / 18, prefillTokens: 80, imbalance: 1 });
});

test('analyzeRouting() does not send every row to the one worker that has a common beginning', () => {
  const ids = Array.from({ length: 40 }, (_, row) => [0, 100 + row, 200 + row]);
  const { kvAware } = route(ids, 4);
  expect(kvAware.prefillTokens).toBe(BLOCK * (40 * 2 + 4));
  expect(kvAware.imbalance).toBeCloseTo(1, 10);
});

test('analyzeRouting() gives one worker the same either way', () => {
  fc.assert(
    fc.property(traceRows({ isTree: true }), (rows) => {
      const { blocks, inputLengths } = columnsOf(rows);
      const { roundRobin, kvAware } = analyzeRouting(blocks!, inputLengths, 512, 1);
      const total = blocks!.numbers.length;
      expect(kvAware).toEqual(roundRobin);
      expect(kvAware.blockHitRate).toBeCloseTo(1 - blocks!.unique / total, 12);
      expect(kvAware.imbalance).toBe(1);
    }),
  );
});
