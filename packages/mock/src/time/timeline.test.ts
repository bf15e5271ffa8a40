import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createSteppingClock } from '../test/stepping-clock.ts';
import { createTimeline } from './timeline.ts';

test('createTimeline() calls in due order, and what is due together in the order it was put', () => {
  const law = fc.property(
    fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }),
    fc.integer({ min: 0, max: 5 }),
    (dues, earlyNs) => {
      const clock = createSteppingClock(earlyNs);
      const timeline = createTimeline(clock);
      const called: [due: number, index: number][] = [];
      dues.forEach((due, index) => {
        timeline.at(due, () => {
          expect(clock.nowNs()).toBeGreaterThanOrEqual(due);
          called.push([due, index]);
        });
      });
      clock.moveTo(1000);
      const wanted = dues.map((due, index): [number, number] => [due, index]);
      expect(called).toEqual(wanted.sort(([a, i], [b, j]) => a - b || i - j));
    },
  );
  fc.assert(law);
});

test('createTimeline() never calls inside at(), not even for an instant that is past', () => {
  const clock = createSteppingClock();
  const timeline = createTimeline(clock);
  clock.moveTo(50);
  const called: number[] = [];
  timeline.at(10, (due) => called.push(due));
  expect(called).toEqual([]);
  clock.moveTo(51);
  expect(called).toEqual([10]);
});

test('createTimeline() holds one wake-up, whatever is waiting', () => {
  const clock = createSteppingClock();
  const timeline = createTimeline(clock);
  for (const due of [500, 300, 400, 100, 200]) timeline.at(due, () => undefined);
  expect(clock.waiting).toBe(1);
});

test('createTimeline() does not call what was cancelled or cleared', () => {
  const clock = createSteppingClock();
  const timeline = createTimeline(clock);
  const called: string[] = [];
  const cancel = timeline.at(10, () => called.push('cancelled'));
  timeline.at(20, () => called.push('kept'));
  timeline.at(30, () => called.push('cleared'));
  cancel();
  clock.moveTo(25);
  timeline.clear();
  clock.moveTo(100);
  expect(called).toEqual(['kept']);
  expect(clock.waiting).toBe(0);
});

test('createTimeline() takes what is put while it calls', () => {
  const clock = createSteppingClock();
  const timeline = createTimeline(clock);
  const dues: number[] = [];
  const again = (due: number): void => {
    dues.push(due);
    if (due < 50) timeline.at(due + 10, again);
  };
  timeline.at(10, again);
  clock.moveTo(100);
  expect(dues).toEqual([10, 20, 30, 40, 50]);
});
