import { afterEach, beforeEach, expect, test } from 'vitest';

import { type AlarmTimers, openAlarmTimers } from './alarm-timers.ts';
import { nodeTimers } from './clock.ts';
import { type Alarm, startAlarm } from './start-alarm.ts';

let alarm: Alarm;
let timers: AlarmTimers[];

beforeEach(() => {
  alarm = startAlarm(2);
  timers = alarm.slots.map((slot) => openAlarmTimers(slot));
});
afterEach(async () => {
  timers.forEach((each) => each.close());
  await alarm.stop();
});

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long a wait of `delayMs` took, ms. */
function timeOf(of: AlarmTimers, delayMs: number): Promise<number> {
  const startMs = nowMs();
  return new Promise((resolve) => void of.after(delayMs, () => resolve(nowMs() - startMs)));
}

test.each([0.1, 0.4, 1.3, 30])('openAlarmTimers() is not early for %d ms', async (delayMs) => {
  expect(await timeOf(timers[0]!, delayMs)).toBeGreaterThanOrEqual(delayMs);
});

test('openAlarmTimers() wakes one loop while another still waits', async () => {
  let isWoken = false;
  const cancel = timers[0]!.after(60_000, () => (isWoken = true));
  await timeOf(timers[1]!, 5);
  expect(isWoken).toBe(false);
  cancel();
});

test('openAlarmTimers() calls back once for each wait, and never for one that was cancelled', async () => {
  const calls: string[] = [];
  timers[0]!.after(5, () => calls.push('cancelled'))();
  timers[0]!.after(10, () => calls.push('kept'));
  await passed(60);
  expect(calls).toEqual(['kept']);
});

/** The alarm, once its thread has started, sends its message; this loop cannot read it yet. */
function standStill(forMs: number): void {
  const untilMs = nowMs() + forMs;
  while (nowMs() < untilMs);
}

test('openAlarmTimers() never calls back for a wait that was cancelled when its message was on the way', async () => {
  const calls: string[] = [];
  const cancel = timers[0]!.after(1, () => calls.push('cancelled'));
  standStill(150);
  cancel();
  await passed(30);
  expect(calls).toEqual([]);
});

test('openAlarmTimers() does not take the message of an earlier wait for that of the present one', async () => {
  const calls: string[] = [];
  const cancel = timers[0]!.after(1, () => calls.push('early'));
  standStill(150);
  cancel();
  expect(await timeOf(timers[0]!, 40)).toBeGreaterThanOrEqual(40);
  expect(calls).toEqual([]);
});

test('openAlarmTimers() is called by the thread, without the timer of Node behind it', async () => {
  const slot = alarm.slots[0]!;
  const alone = openAlarmTimers(slot, { ...nodeTimers, after: () => () => undefined });
  const took = await Promise.race([timeOf(alone, 20), passed(2000)]);
  expect(took).toBeGreaterThanOrEqual(20);
});

test('openAlarmTimers() calls back without the thread, as late as a timer of Node', async () => {
  await alarm.stop();
  expect(await timeOf(timers[0]!, 20)).toBeGreaterThanOrEqual(20);
});
