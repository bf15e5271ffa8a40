import { expect, test } from 'vitest';

import { stalledMeanMs } from './stalled-mean.ts';

test('stalledMeanMs() is what a row-by-row count gives', () => {
  const [rows, gapMs, stopAtMs, stopMs, latencyMs] = [120_000, 0.1, 3000, 5000, 40];
  const goesOnMs = stopAtMs + stopMs;
  let sumMs = 0;
  for (let row = 0; row < rows; row += 1) {
    const dueMs = row * gapMs;
    const endMs = dueMs + latencyMs;
    if (dueMs >= stopAtMs && dueMs < goesOnMs) sumMs += goesOnMs + latencyMs - dueMs;
    else if (dueMs < stopAtMs && endMs > stopAtMs) sumMs += goesOnMs - dueMs;
    else sumMs += latencyMs;
  }
  const stall = { ratePerSecond: 1000 / gapMs, rows, stopMs, latencyMs, drainMs: 0 };
  expect(stalledMeanMs(stall)).toBeCloseTo(sumMs / rows, 0);
  expect(stalledMeanMs({ ...stall, drainMs: rows * 3 })).toBeCloseTo(sumMs / rows + 3, 0);
});
