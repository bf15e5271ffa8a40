import { Accumulator, type RequestRecord, summarize } from '@trace-replay/metrics';
import { fidelityOf } from '@trace-replay/metrics/internal';
import { expect, test } from 'vitest';

import { createDispatcher, type Due } from '../../schedule/dispatch.ts';
import { createSchedule } from '../../schedule/schedule.ts';
import { createVirtualTime } from '../../test/virtual-time.ts';
import { type HrTime, writeStamp } from './canary-stamp.ts';
import { mergeLoopReadings } from './loop-monitor.ts';
import { readingsOf } from '../readings.ts';
import { createStampErrorMeter } from './stamp-error.ts';

const MS = 1e6;
const ROWS = 2000;
const GAP_MS = 50;
const TTFT_MS = 60;
const ITL_MS = 10;
const TOKENS = 20;
/** From the loop's being ready to a callback of its: what a real loop takes at the least. */
const TURN_MS = 0.05;

interface Stall {
  readonly atMs: number;
  readonly forMs: number;
}

/** When a loop with these stalls reads what has come at `atMs`. */
function readAt(atMs: number, stalls: readonly Stall[]): number {
  const stall = stalls.find((each) => atMs >= each.atMs && atMs < each.atMs + each.forMs);
  return (stall === undefined ? atMs : stall.atMs + stall.forMs) + TURN_MS;
}

/**
 * A whole run on virtual time: the real dispatcher sends, a server of exact times answers, one loop
 * stamps sends and reads and canary, and stands still when it is told to.
 */
function runWith(stalls: readonly Stall[]) {
  const schedule = createSchedule(Float64Array.from({ length: ROWS }, (_, row) => row * GAP_MS));
  const time = createVirtualTime();
  const accumulator = new Accumulator({
    objectives: [{ metric: 'time_to_first_token', limitMs: 100 }],
  });
  const dispatcher = createDispatcher<Due & { row: number }>(
    ({ row, dueNs }) => accumulator.add(answered(row, dueNs, time.nowNs(), stalls)),
    { clock: time, timers: time },
  );
  schedule.dueNs.forEach((dueNs, row) => dispatcher.offer({ row, dueNs }));
  for (const { atMs, forMs } of stalls) {
    time.runUntil(atMs * MS);
    time.block(forMs * MS);
  }
  time.runUntil(ROWS * GAP_MS * MS);

  let nowNs = 0;
  const now = (): HrTime => [Math.floor(nowNs / 1e9), nowNs % 1e9];
  const meter = createStampErrorMeter(() => undefined, now);
  for (let atMs = 3; atMs < ROWS * GAP_MS; atMs += 9) {
    const stamp = writeStamp([Math.floor(atMs / 1000), Math.round((atMs % 1000) * MS)]);
    nowNs = Math.round(readAt(atMs, stalls) * MS);
    meter.take(stamp);
  }
  const loop = mergeLoopReadings([
    {
      loops: 1,
      observedNs: ROWS * GAP_MS * MS,
      receiveError: meter.receive,
      worstReceiveError: meter.receive,
      sendError: meter.send,
      loopDelay: meter.send,
      gc: { count: 0, totalNs: 0, longestNs: 0 },
      utilization: 0.1,
    },
  ])!;
  const readings = readingsOf(schedule, [loop]);
  const { rows, failures, metrics } = summarize(accumulator, {
    status: 'completed',
    run: { started_at: '2026-01-01T00:00:00.000Z' },
    conditions: { trace: {} } as never,
    totalRows: ROWS,
  });
  return fidelityOf({ status: 'completed', rows, failures, metrics }, accumulator, readings);
}

function answered(
  row: number,
  dueNs: number,
  sentNs: number,
  stalls: readonly Stall[],
): RequestRecord {
  const contentNs = Array.from({ length: TOKENS }, (_, token) => {
    const leavesMs = sentNs / MS + TTFT_MS + token * ITL_MS;
    return Math.round(readAt(leavesMs, stalls) * MS);
  });
  return {
    schema_version: 1,
    row,
    outcome: 'ok',
    due_ns: dueNs,
    sent_ns: sentNs,
    content_ns: contentNs,
    end_ns: contentNs.at(-1)!,
    finish_reason: 'length',
    input_tokens_asked: 100,
    output_tokens_asked: TOKENS,
    output_tokens: TOKENS,
    output_tokens_by: 'usage',
  };
}

/** Stalls of `forMs`, so many of them, evenly over the run. */
function stallsOf(forMs: number, count: number): Stall[] {
  const everyMs = (ROWS * GAP_MS) / count;
  return Array.from({ length: count }, (_, nth) => ({
    atMs: Math.round((nth + 0.37) * everyMs),
    forMs,
  }));
}

const runs: [what: string, stalls: Stall[], verdict: string, kinds: string[]][] = [
  ['no stall is valid', [], 'valid', []],
  ['hiccups of 4 ms, rarely, are valid', stallsOf(4, 20), 'valid', []],
  ['one stall of 200 ms is degraded', stallsOf(200, 1), 'degraded', ['goodput_flips', 'stall']],
  [
    'a stall of 200 ms every two seconds is invalid',
    stallsOf(200, 50),
    'invalid',
    ['goodput_flips', 'latency_error', 'schedule_lag', 'stall'],
  ],
];

test.each(runs)('a run on virtual time: %s', (_what, stalls, verdict, kinds) => {
  const fidelity = runWith(stalls);
  const seen = [...new Set(fidelity.reasons.map(({ kind }) => kind))];
  expect({ verdict: fidelity.verdict, seen: seen.toSorted() }).toEqual({ verdict, seen: kinds });
});

test('a run on virtual time: the lag of rows that were due in a stall is what was left of it', () => {
  const { claims } = runWith(stallsOf(200, 50));
  // A tenth of the rows is due in a stall, and 1 % of them in its first tenth.
  expect(claims.schedule?.p99?.value_ms).toBeGreaterThan(150);
  expect(claims.schedule?.p99?.value_ms).toBeLessThanOrEqual(200);
});
