import { readingsSchema } from '@trace-replay/metrics/internal';
import { countDuration, createLogCounts } from '@trace-replay/metrics/internal';
import { expect, test } from 'vitest';

import { createSchedule } from '../../schedule/schedule.ts';
import {
  loopDelayOf,
  type LoopReadings,
  mergeLoopReadings,
  startLoopMonitor,
} from './loop-monitor.ts';
import { readingsOf } from '../readings.ts';
import { runQueueNow } from './run-queue.ts';

function counts(...valuesMs: number[]) {
  const made = createLogCounts();
  for (const ms of valuesMs) countDuration(made, ms * 1e6);
  return made;
}

function loop(errorMs: number, fields: Partial<LoopReadings> = {}): LoopReadings {
  return {
    loops: 1,
    observedNs: 1e9,
    receiveError: counts(errorMs, errorMs),
    worstReceiveError: counts(errorMs, errorMs),
    sendError: counts(0.1),
    loopDelay: counts(0.2),
    gc: { count: 2, totalNs: 3e6, longestNs: 2e6 },
    utilization: 0.25,
    ...fields,
  };
}

test('mergeLoopReadings() puts distributions together and takes the worst of the rest', () => {
  const merged = mergeLoopReadings([
    loop(1, { runQueue: { onCoreNs: 9, waitNs: 5, slices: 2 }, utilization: 0.5 }),
    loop(8, {
      observedNs: 2e9,
      longestStall: { lateNs: 8e6, waitedNs: 5e6 },
      gc: { count: 1, totalNs: 7e6, longestNs: 7e6 },
    }),
    loop(2, { runQueue: { onCoreNs: 1, waitNs: 6, slices: 3 }, longestStall: { lateNs: 7e6 } }),
  ]);
  expect(merged).toEqual({
    loops: 3,
    observedNs: 2e9,
    receiveError: counts(1, 1, 8, 8, 2, 2),
    worstReceiveError: counts(8, 8),
    sendError: counts(0.1, 0.1, 0.1),
    longestStall: { lateNs: 8e6, waitedNs: 5e6 },
    loopDelay: counts(0.2, 0.2, 0.2),
    gc: { count: 5, totalNs: 13e6, longestNs: 7e6 },
    utilization: 0.5,
    runQueue: { onCoreNs: 1, waitNs: 6, slices: 3 },
  });
});

test('readingsOf() makes what the files hold, and leaves out what nobody measured', () => {
  const schedule = createSchedule(Float64Array.of(0, 100, 100, 300));
  const bare = readingsOf(schedule, []);
  expect(bare).toEqual({ schedule: { rows: 4, instants: 3, span_ms: 300 } });
  const longestStall = { lateNs: 120e6, waitedNs: 90e6 };
  const full = readingsOf(schedule, [loop(1), loop(3, { longestStall })]);
  expect(readingsSchema.parse(full)).toStrictEqual(full);
  expect(full.loops).toMatchObject({
    loops: 2,
    receive_error: { count: 4, mean: 2, max: 3 },
    worst_receive_error: { count: 2, mean: 3 },
    gc: { count: 4, total_ms: 6, longest_ms: 2 },
    longest_stall: { late_ms: 120, waited_ms: 90 },
  });
  expect(full.loops).not.toHaveProperty('run_queue');
  expect(readingsOf(schedule, [loop(1)]).loops).not.toHaveProperty('worst_receive_error');
});

test('loopDelayOf() takes the resolution off, and counts every value', () => {
  const percentiles = new Map([
    [0, 20.1e6],
    [50, 20.2e6],
    [75, 21e6],
    [100, 220e6],
  ]);
  const delay = loopDelayOf({ count: 8, percentiles });
  expect(delay.count).toBe(8);
  expect(delay.maxNs).toBe(200e6);
  expect(delay.sumNs).toBeCloseTo((4 * 0.2 + 2 * 1 + 2 * 200) * 1e6, -1);
});

test('runQueueNow() reads schedstat, and nothing where there is none', () => {
  expect(runQueueNow(() => '282998296 179015385 891\n')).toEqual({
    onCoreNs: 282_998_296,
    waitNs: 179_015_385,
    slices: 891,
  });
  expect(runQueueNow(() => undefined)).toBeUndefined();
});

test('startLoopMonitor() gives plain data that crosses threads, also without a canary', () => {
  const readings = startLoopMonitor().stop();
  expect(structuredClone(readings)).toEqual(readings);
  expect(readings).toMatchObject({ loops: 1, receiveError: { count: 0 } });
});
