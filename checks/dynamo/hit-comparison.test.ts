import type { RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { compareHits, renderHitTable } from './hit-comparison.ts';

/**
 * A row that is not predicted, half of a short one, a tenth of a long one,
 * and one that told nothing.
 */
const RECORDS = [
  { row: 0, cached_tokens: 0, prompt_tokens: 70_000, server_timing: { kv_hit_rate: 0 } },
  { row: 1, cached_tokens: 500, prompt_tokens: 1000, server_timing: { kv_hit_rate: 0.5 } },
  { row: 2, cached_tokens: 900, prompt_tokens: 9000, server_timing: { kv_hit_rate: 0.1 } },
  { row: 3, prompt_tokens: 5000 },
] as unknown as readonly RequestRecord[];
const PREDICTED = { firstRow: 1, tokenHitRate: 0.1495, meanHitRate: 0.3105 };

test('compareHits() weighs usage by tokens, and gives each row of the router the same weight', () => {
  const usage = compareHits('a', 'usage', RECORDS, PREDICTED);
  expect(usage).toMatchObject({ rows: 2, isWithin: true });
  expect([usage.observedPercent, usage.predictedPercent].map(rounded)).toEqual([14, 14.95]);
  const router = compareHits('b', 'router', RECORDS, PREDICTED);
  expect(router).toMatchObject({ rows: 2, isWithin: false });
  expect([router.observedPercent, router.predictedPercent].map(rounded)).toEqual([30, 31.05]);
  expect(renderHitTable([usage, router])).toMatchInlineSnapshot(`
    "cache hits, %  rows  predicted  observed  points  within 1 point
    a, by usage       2      14.95     14.00   -0.95  yes
    b, by router      2      31.05     30.00   -1.05  NO"
  `);
});

test('compareHits() agrees with nothing where nothing was told', () => {
  const { rows, isWithin } = compareHits('a', 'router', [], PREDICTED);
  expect({ rows, isWithin }).toEqual({ rows: 0, isWithin: false });
});

function rounded(percent: number): number {
  return Number(percent.toFixed(6));
}
