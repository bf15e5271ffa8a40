import { expect, test } from 'vitest';

import type { ComparedRow } from './compared-run.ts';
import { pairRows } from './paired-rows.ts';

function rowOf(row: number, ms: number): ComparedRow {
  const latencyMs = { time_to_first_token: ms, inter_token_latency: NaN, request_latency: ms };
  return { row, dueNs: row * 10, inputTokens: 1, isGood: Number.isFinite(ms), latencyMs };
}

test('pairRows() puts equal rows beside each other, in order of their due times', () => {
  const pair = pairRows([rowOf(2, 5), rowOf(0, 1)], [rowOf(0, 2), rowOf(2, 6)], 2);
  expect([...pair.dueNs]).toEqual([0, 20]);
  expect(pair.latencyMs.time_to_first_token).toEqual({
    first: Float64Array.of(1, 5),
    second: Float64Array.of(2, 6),
  });
});

test('pairRows() leaves out no row: what a side has no record of, it has lost', () => {
  const pair = pairRows([rowOf(0, 1), rowOf(1, 2)], [rowOf(1, 3), rowOf(2, Infinity)], 5);
  expect(pair.count).toBe(5);
  expect(pair.latencyMs.request_latency).toEqual({
    first: Float64Array.of(1, 2, Infinity, Infinity, Infinity),
    second: Float64Array.of(Infinity, 3, Infinity, Infinity, Infinity),
  });
  expect([...pair.good.first]).toEqual([1, 1, 0, 0, 0]);
  expect([...pair.good.second]).toEqual([0, 1, 0, 0, 0]);
});
