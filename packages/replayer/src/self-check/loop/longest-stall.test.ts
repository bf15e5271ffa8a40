import { expect, test } from 'vitest';

import { createStallMeter, type LongestStall } from './longest-stall.ts';

const MS = 1e6;

type Step = ['on time' | number, waitMs: number];

// What comes is a stamp on time or late by so many ms;
// beside it the wait in the run queue up to then.
const cases: [behaviour: string, steps: readonly Step[], longest: LongestStall | undefined][] = [
  ['sees no stall in stamps on time', [['on time', 5]], undefined],
  ['sees no stall below 20 ms', [[19.9, 15]], undefined],
  [
    'counts the wait since the last stamp on time',
    [
      ['on time', 30],
      [50, 70],
    ],
    stall(50, 40),
  ],
  ['counts no more wait than the stall was long', [[50, 70]], stall(50, 50)],
  [
    'keeps the longest',
    [
      [50, 10],
      [80, 15],
      [60, 75],
    ],
    stall(80, 5),
  ],
  [
    'counts a wait once',
    [
      [50, 40],
      ['on time', 41],
      [60, 42],
    ],
    stall(60, 1),
  ],
];

function stall(lateMs: number, waitedMs: number): LongestStall {
  return { lateNs: lateMs * MS, waitedNs: waitedMs * MS };
}

test.each(cases)('createStallMeter() %s', (_behaviour, steps, longest) => {
  let waitNs = 0;
  const meter = createStallMeter(() => ({ onCoreNs: 0, waitNs, slices: 0 }));
  for (const [stamp, waitMs] of steps) {
    waitNs = waitMs * MS;
    if (stamp === 'on time') meter.onTime();
    else meter.late(stamp * MS);
  }
  expect(meter.longest).toEqual(longest);
});

test('createStallMeter() tells no wait where the platform does not', () => {
  const meter = createStallMeter(() => undefined);
  meter.late(50 * MS);
  expect(meter.longest).toEqual({ lateNs: 50 * MS });
});
