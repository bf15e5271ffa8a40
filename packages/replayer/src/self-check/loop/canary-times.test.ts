import { expect, test } from 'vitest';

import { createCanaryTimes } from './canary-times.ts';
import { differenceNs, type HrTime } from './canary-stamp.ts';

const EVERY_MS = 9;

const at = (ms: number): HrTime => [5 + Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
const msOf = (time: HrTime) => differenceNs(time, [5, 0]) / 1e6;

test('createCanaryTimes() waits 4 to 14 ms, 9 in the mean, on a timer that is on time', () => {
  const times = createCanaryTimes(EVERY_MS, at(0));
  const waits = Array.from({ length: 1000 }, () => {
    let nowMs = 0;
    const wait = times.waitMs(at(nowMs));
    nowMs += wait;
    expect(times.take(at(nowMs))).toHaveLength(1);
    return times.waitMs(at(nowMs));
  });
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(4);
  expect(Math.max(...waits)).toBeLessThanOrEqual(14);
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(9, 0);
});

const late: [timer: string, lateMs: number, least: number, most: number][] = [
  ['a little late, as any timer', 3, 1, 1],
  ['19 ms late', 19, 1, 1],
  ['100 ms late', 100, 8, 14],
  ['5 s late', 5000, 500, 600],
  ['an hour late', 3_600_000, 2001, 2001],
];

test.each(late)('createCanaryTimes() a timer %s', (_timer, lateMs, least, most) => {
  const times = createCanaryTimes(EVERY_MS, at(0));
  const dueMs = times.waitMs(at(0));
  const stamps = times.take(at(dueMs + lateMs)).map(msOf);
  expect(stamps.length).toBeGreaterThanOrEqual(least);
  expect(stamps.length).toBeLessThanOrEqual(most);
  // Every moment that was missed, in order, and now.
  expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
  expect(stamps[0]).toBeCloseTo(stamps.length === 1 ? dueMs + lateMs : dueMs, 3);
  expect(stamps.at(-1)).toBeCloseTo(dueMs + lateMs, 3);
  expect(times.waitMs(at(dueMs + lateMs))).toBeGreaterThanOrEqual(3.99);
});
