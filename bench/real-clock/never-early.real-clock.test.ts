import { beforeAll, expect, test } from 'vitest';

import { judgeRun } from '../run/judge-run.ts';
import type { Measures } from '../figures/measures.ts';
import { mockKind } from '../servers/mock.ts';
import { burstRows, mergeRows, uniformRows } from '../input/trace.ts';
import { type MachineNoise, measureMachineNoise } from '../run/noise.ts';
import { type ReplayRun, runReplay } from './replay-run.ts';

const request = { inputTokens: 100, outputTokens: 5 };
/** Four seconds: 50 rows a second, and a burst of 15 every second. */
const rows = mergeRows(
  uniformRows(200, 50, request),
  burstRows({ bursts: 4, size: 15, everyMs: 1000, fromMs: 507 }, request),
);
/** Above this the machine cannot tell a late sender from a late machine. */
const TOLERABLE_P99_MS = 5;

let noise: MachineNoise;
let run: ReplayRun;
let measures: Measures;

beforeAll(async () => {
  noise = await measureMachineNoise();
  const server = await mockKind.start({ ttftMs: 20, itlMs: 5 });
  try {
    run = await runReplay({ url: server.url, rows });
    const dueMs = rows.map((row) => row.dueMs);
    measures = judgeRun({ dueMs, log: await server.log(), report: run.report });
  } finally {
    await server.stop();
  }
}, 60_000);

test('the control, a plain sender, is never early', () => {
  expect(noise.earliestMs).toBeGreaterThan(0);
});

test('no request leaves or arrives before it is due, and all do', () => {
  expect(run.report.requests).toHaveLength(rows.length);
  expect(
    Math.min(...run.report.requests.map(({ sentLagMs }) => sentLagMs!)),
  ).toBeGreaterThanOrEqual(0);
  expect(measures.rows_ok).toBe(rows.length);
  expect(measures.absolute_lag_min_ms).toBeGreaterThan(0);
});

test('requests arrive on time, by the clock of the server', ({ skip }) => {
  skip(noise.p99Ms > TOLERABLE_P99_MS, `The machine is too noisy: ${noise.text}.`);
  // A burst's rows are written one after the other, and the client is new: its code is cold.
  expect(measures.absolute_lag_p50_ms).toBeLessThan(noise.p50Ms + 5);
  expect(measures.absolute_lag_p99_ms).toBeLessThan(noise.p99Ms + 25);
});
