import { setTimeout as delay } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { startLoopMonitor } from './loop-monitor.ts';
import { canaryEveryMs, startCanary } from './start-canary.ts';

const LONG_MS = 3_600_000;

test.each([
  ['a dry run of 1.5 s has some 160 stamps', 1500, 9],
  ['18 s are enough for a p99.9', 18_000, 9],
  ['40 s', 40_000, 20],
  ['72 s', 72_000, 36],
  ['an hour', LONG_MS, 36],
])('canaryEveryMs(): %s', (_run, runMs, everyMs) => {
  expect(canaryEveryMs(runMs)).toBe(everyMs);
});

test('a canary of a long run wakes its loop less often, and a stall is seen all the same', async () => {
  const canaries = await Promise.all([startCanary(0), startCanary(LONG_MS)]);
  const [often, rarely] = canaries.map((canary) => startLoopMonitor({ canaryPort: canary?.port }));
  await delay(1000);
  // The stamps and the timer that meet it come up to 56 ms and 20 ms after it began.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  await delay(200);
  const { receiveError, longestStall, loopDelay } = rarely!.stop();
  expect(often!.stop().receiveError.count).toBeGreaterThan(2 * receiveError.count);
  expect(receiveError.count).toBeGreaterThanOrEqual(20);
  expect(longestStall?.lateNs).toBeGreaterThan(190e6);
  expect(loopDelay.maxNs).toBeGreaterThan(205e6);
  for (const canary of canaries) await canary?.stop();
});
