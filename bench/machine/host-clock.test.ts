import { expect, test } from 'vitest';

import { monotonicNowMs, readClockPair, wallToMonotonic } from './host-clock.ts';

test('readClockPair() finds the same distance of the clocks again, to the tenth of a millisecond', () => {
  const [first, second] = [readClockPair(), readClockPair()];
  const distance = (pair: typeof first) => pair.wallMs - pair.monotonicMs;
  expect(Math.abs(distance(second) - distance(first))).toBeLessThan(0.1);
  expect(second.monotonicMs).toBeGreaterThan(first.monotonicMs);
  expect(monotonicNowMs()).toBeGreaterThan(second.monotonicMs);
});

test('wallToMonotonic() follows a wall clock that is slewed', () => {
  const start = { monotonicMs: 1000, wallMs: 1_800_000_000_000 };
  const end = { monotonicMs: 2000, wallMs: 1_800_000_001_010 };
  const monotonic = wallToMonotonic(start, end);
  expect(monotonic(start.wallMs)).toBe(1000);
  expect(monotonic(start.wallMs + 505)).toBeCloseTo(1500, 9);
  expect(wallToMonotonic(start, start)(start.wallMs + 5)).toBe(1005);
});
