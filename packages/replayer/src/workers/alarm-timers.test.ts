import { afterEach, beforeEach, expect, test } from 'vitest';

import { type Alarm, startAlarm } from './start-alarm.ts';
import { type AlarmTimers, openAlarmTimers } from './alarm-timers.ts';

let alarm: Alarm;
let timers: AlarmTimers[];

beforeEach(() => {
  alarm = startAlarm(2);
  timers = alarm.slots.map(openAlarmTimers);
});
afterEach(async () => {
  timers.forEach((each) => each.close());
  await alarm.stop();
});

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('openAlarmTimers() calls back, of each loop at its own time, and not before', async () => {
  const delays = [30, 0.4];
  const startMs = nowMs();
  const took = await Promise.all(
    timers.map(
      (each, loop) =>
        new Promise<number>((resolve) => {
          each.after(delays[loop]!, () => resolve(nowMs() - startMs));
        }),
    ),
  );
  expect(took[0]).toBeGreaterThanOrEqual(30);
  expect(took[1]).toBeGreaterThanOrEqual(0.4);
  expect(took[1]).toBeLessThan(30);
});

test('openAlarmTimers() calls back once for each wait, and never for one that was cancelled', async () => {
  const calls: string[] = [];
  timers[0]!.after(5, () => calls.push('cancelled'))();
  timers[0]!.after(10, () => calls.push('kept'));
  await passed(60);
  expect(calls).toEqual(['kept']);
});

/** The alarm sends its message; this loop cannot read it yet. */
function standStill(forMs: number): void {
  const untilMs = nowMs() + forMs;
  while (nowMs() < untilMs);
}

test('openAlarmTimers() never calls back for a wait that was cancelled when its message was on the way', async () => {
  const calls: string[] = [];
  const cancel = timers[0]!.after(1, () => calls.push('cancelled'));
  standStill(30);
  cancel();
  await passed(30);
  expect(calls).toEqual([]);
});

test('openAlarmTimers() does not take the message of an earlier wait for that of the present one', async () => {
  const calls: string[] = [];
  const cancel = timers[0]!.after(1, () => calls.push('early'));
  standStill(30);
  cancel();
  timers[0]!.after(40, () => calls.push('late'));
  await passed(20);
  expect(calls).toEqual([]);
  await passed(60);
  expect(calls).toEqual(['late']);
});

test('openAlarmTimers() calls back without the thread, as late as a timer of Node', async () => {
  await alarm.stop();
  const startMs = nowMs();
  await new Promise<void>((resolve) => timers[0]!.after(20, resolve));
  expect(nowMs() - startMs).toBeGreaterThanOrEqual(20);
});
