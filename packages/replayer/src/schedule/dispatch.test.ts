import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createDispatcher } from './dispatch.ts';
import { createVirtualTime, type VirtualTime } from '../test/virtual-time.ts';

const MS = 1e6;

/** Dispatches rows due at `dueMs` and gives the instants, in ms, at which they were dispatched. */
function play(
  dueMs: readonly number[],
  { time = createVirtualTime(), burst = 16, costMs = 0 } = {},
): { row: number; atMs: number }[] {
  const seen: { row: number; atMs: number }[] = [];
  const dispatcher = createDispatcher<{ dueNs: number; row: number }>(
    ({ row }) => {
      seen.push({ row, atMs: time.nowNs() / MS });
      time.block(costMs * MS);
    },
    { clock: time, timers: time, burst },
  );
  dueMs.forEach((due, row) => dispatcher.offer({ dueNs: due * MS, row }));
  time.runUntil(1e6 * MS);
  return seen;
}

const timings: [
  behaviour: string,
  dueMs: number[],
  time: () => VirtualTime,
  latestLagMs: number,
][] = [
  ['sends rows at their due times', [0, 10, 20.5], createVirtualTime, 0.02],
  [
    'is never early when timers fire 1 ms early',
    [0, 10, 20, 5000],
    () => createVirtualTime({ skewNs: (delayMs) => -Math.min(1, delayMs) * MS }),
    0.02,
  ],
  [
    'is never late when timers fire 1.1 ms late, as they do in Node',
    [0, 1.3, 2.9, 5.2, 10, 11.9],
    () => createVirtualTime({ skewNs: () => 1.1 * MS }),
    0.02,
  ],
  [
    'is never late with timers that are as exact as they say',
    [0, 0.1, 0.9, 2.3, 10, 10.3],
    () => createVirtualTime({ stepNs: 0.05 * MS, lateNs: 0.2 * MS, skewNs: () => 0.2 * MS }),
    0.02,
  ],
  [
    'is as late as a timer that is late beyond its own margin',
    [0, 10, 20],
    () => createVirtualTime({ skewNs: () => 3 * MS }),
    3,
  ],
  ['waits for a row further away than a timer reaches', [0, 2 ** 31], createVirtualTime, 0.02],
];

test.each(timings)('createDispatcher() %s', (_behaviour, dueMs, time, latestLagMs) => {
  const virtual = time();
  const seen: number[] = [];
  const dispatcher = createDispatcher<{ dueNs: number }>(
    ({ dueNs }) => seen.push((virtual.nowNs() - dueNs) / MS),
    { clock: virtual, timers: virtual },
  );
  for (const due of dueMs) dispatcher.offer({ dueNs: due * MS });
  virtual.runUntil(2 ** 32 * MS);
  expect(seen).toHaveLength(dueMs.length);
  for (const lagMs of seen) {
    expect(lagMs).toBeGreaterThanOrEqual(0);
    expect(lagMs).toBeLessThanOrEqual(latestLagMs);
  }
});

test('createDispatcher() keeps the order of rows due together', () => {
  const rows = play([5, 5, 5, 5, 5]).map(({ row }) => row);
  expect(rows).toEqual([0, 1, 2, 3, 4]);
});

test('createDispatcher() lets the loop turn after each burst', () => {
  const time = createVirtualTime();
  const order: string[] = [];
  const dispatcher = createDispatcher<{ dueNs: number; row: number }>(
    ({ row }) => {
      order.push(`row ${row}`);
      if (row === 0) time.soon(() => order.push('read'));
    },
    { clock: time, timers: time, burst: 2 },
  );
  for (let row = 0; row < 4; row++) dispatcher.offer({ dueNs: 0, row });
  time.runUntil(1 * MS);
  expect(order).toEqual(['row 0', 'row 1', 'read', 'row 2', 'row 3']);
});

test('createDispatcher() lets the loop turn when a burst takes long', () => {
  const time = createVirtualTime();
  const order: string[] = [];
  const dispatcher = createDispatcher<{ dueNs: number; row: number }>(
    ({ row }) => {
      order.push(`row ${row}`);
      if (row === 0) time.soon(() => order.push('read'));
      time.block(0.6 * MS);
    },
    { clock: time, timers: time, burstNs: 1 * MS },
  );
  for (let row = 0; row < 4; row++) dispatcher.offer({ dueNs: 0, row });
  time.runUntil(9 * MS);
  expect(order).toEqual(['row 0', 'row 1', 'read', 'row 2', 'row 3']);
});

test('createDispatcher() finishes what one row has begun before it dispatches the next', () => {
  const time = createVirtualTime();
  const order: string[] = [];
  const dispatcher = createDispatcher<{ dueNs: number; row: number }>(
    ({ row }) => {
      order.push(`dispatched ${row}`);
      time.next(() => order.push(`written ${row}`));
    },
    { clock: time, timers: time },
  );
  for (let row = 0; row < 2; row++) dispatcher.offer({ dueNs: 0, row });
  time.runUntil(1 * MS);
  expect(order).toEqual(['dispatched 0', 'written 0', 'dispatched 1', 'written 1']);
});

test('createDispatcher() does not move later rows when one is late', () => {
  const seen = play([0, 1, 100], { costMs: 20 });
  expect(seen.map(({ atMs }) => Math.round(atMs))).toEqual([0, 20, 100]);
});

test('createDispatcher() returns from clear() what it has not dispatched', () => {
  const time = createVirtualTime();
  const seen: number[] = [];
  const dispatcher = createDispatcher<{ dueNs: number; row: number }>(({ row }) => seen.push(row), {
    clock: time,
    timers: time,
  });
  [0, 10, 20].forEach((due, row) => dispatcher.offer({ dueNs: due * MS, row }));
  time.runUntil(12 * MS);
  expect(dispatcher.clear().map(({ row }) => row)).toEqual([2]);
  time.runUntil(100 * MS);
  expect(seen).toEqual([0, 1]);
  expect(time.waiting).toBe(0);
});

test('createDispatcher() dispatches a row that was offered after its due time at once', () => {
  const time = createVirtualTime();
  const seen: number[] = [];
  const dispatcher = createDispatcher<{ dueNs: number }>(() => seen.push(time.nowNs() / MS), {
    clock: time,
    timers: time,
  });
  time.runUntil(50 * MS);
  dispatcher.offer({ dueNs: 10 * MS });
  time.runUntil(60 * MS);
  expect(seen).toEqual([50.01]);
});

test('createDispatcher() sends every row once, in order and never early, whatever the schedule', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: -1000, max: 4000 }),
      (gapsMs, burst, skewUs) => {
        let due = 0;
        const dueMs = gapsMs.map((gap) => (due += gap));
        const time = createVirtualTime({ skewNs: () => skewUs * 1000 });
        const seen = play(dueMs, { time, burst });
        expect(seen.map(({ row }) => row)).toEqual(dueMs.map((_, row) => row));
        seen.forEach(({ atMs }, row) => expect(atMs).toBeGreaterThanOrEqual(dueMs[row] ?? 0));
      },
    ),
  );
});
