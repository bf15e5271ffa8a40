import { expect, test } from 'vitest';

import { type Analysis, hitsAfter } from './predicted-hits.ts';

function analysisOf(rows: number, inputTokens: number, token: number, mean: number): Analysis {
  return {
    ...{ rows, input_tokens: inputTokens },
    blocks: { prefix_hit_rate: token, mean_prefix_hit_rate: mean },
  };
}

// Rows of 100 and 300 tokens with 0 and 150 of them cached; then one of 600 with 360.
test('hitsAfter() takes away what the first rows have of the hits', () => {
  const first = analysisOf(2, 400, 150 / 400, (0 + 0.5) / 2);
  const all = analysisOf(3, 1000, 510 / 1000, (0 + 0.5 + 0.6) / 3);
  const { firstRow, tokenHitRate, meanHitRate } = hitsAfter(all, first);
  expect(firstRow).toBe(2);
  expect(tokenHitRate).toBeCloseTo(360 / 600, 12);
  expect(meanHitRate).toBeCloseTo(0.6, 12);
});
