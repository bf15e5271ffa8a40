import { setTimeout as sleep } from 'node:timers/promises';

import { beforeAll, expect, test } from 'vitest';

import { monotonicNowMs } from '../machine/host-clock.ts';
import { mockKind } from '../servers/mock.ts';
import { mean, percentile } from '../figures/statistics.ts';
import { uniformRows } from '../input/trace.ts';
import { type MachineNoise, measureMachineNoise } from '../run/noise.ts';
import { type ReplayRun, runReplay } from './replay-run.ts';
import { stalledMeanMs } from './stalled-mean.ts';
import { startWitness } from './start-witness.ts';

const RATE = 50;
const ROWS = 600;
/** Long enough for the command to start and to have sent for some seconds. */
const STOP_AFTER_MS = 5000;
const STOP_MS = 5000;
const rows = uniformRows(ROWS, RATE, { inputTokens: 100, outputTokens: 1 });

/** Above this the machine adds to a mean what the tolerance leaves no room for. */
const TOLERABLE_P99_MS = 20;

interface Request {
  readonly dueAtMs: number;
  /** By the witness. */
  readonly arrivedAtMs: number;
  /** By the server. */
  readonly answeredAtMs: number;
  readonly latencyMs: number;
}

let noise: MachineNoise;
let run: ReplayRun;
let requests: readonly Request[];
let stoppedAtMs: number;
let wentOnAtMs: number;

beforeAll(async () => {
  noise = await measureMachineNoise();
  const server = await mockKind.start({ ttftMs: 5, itlMs: 5 });
  const witness = await startWitness(server.port);
  try {
    const stall = async () => {
      await sleep(STOP_AFTER_MS);
      stoppedAtMs = monotonicNowMs();
      process.kill(server.pid, 'SIGSTOP');
      await sleep(STOP_MS);
      process.kill(server.pid, 'SIGCONT');
      wentOnAtMs = monotonicNowMs();
    };
    [run] = await Promise.all([runReplay({ url: witness.url, rows }), stall()]);
    const arrivals = await witness.arrivals();
    const { requests: served } = await server.log();
    const answers = new Map(served.map((request) => [request.requestId, request.firstTokenAtMs]));
    requests = run.report.requests.map(({ requestId, dueAtMs, sentLagMs, ttftMs }) => ({
      dueAtMs: dueAtMs!,
      arrivedAtMs: arrivals.get(requestId) ?? NaN,
      answeredAtMs: answers.get(requestId) ?? NaN,
      latencyMs: sentLagMs! + ttftMs!,
    }));
  } finally {
    witness.stop();
    await server.stop();
  }
}, 90_000);

const isStopped = (dueAtMs: number) => dueAtMs >= stoppedAtMs && dueAtMs < wentOnAtMs;
/** Neither stopped, nor in flight when the stop began, nor in the crowd after it. */
const isUntouched = ({ dueAtMs }: Request) =>
  dueAtMs < stoppedAtMs - 500 || dueAtMs > wentOnAtMs + 1000;
const lagOf = ({ dueAtMs, arrivedAtMs }: Request) => arrivedAtMs - dueAtMs;

const stoppedLags = () => requests.filter(({ dueAtMs }) => isStopped(dueAtMs)).map(lagOf);
const untouchedLags = () => requests.filter(isUntouched).map(lagOf);

test('a server that stops for 5 s gets its requests while it stands, as a third process saw it', () => {
  const [stopped, untouched] = [stoppedLags(), untouchedLags()];
  expect(requests).toHaveLength(ROWS);
  expect(stopped.length).toBeGreaterThan(0.95 * RATE * (STOP_MS / 1000));
  expect(untouched.length).toBeGreaterThan(RATE * 3);
  expect(Math.min(...stopped, ...untouched)).toBeGreaterThan(0);
  // A sender that waited for the server would be half the stop late, whatever the machine does.
  expect(mean(stopped)).toBeLessThan(STOP_MS / 10);
});

test('the schedule does not move while the server stands', ({ skip }) => {
  skip(noise.p99Ms > TOLERABLE_P99_MS, `The machine is too noisy: ${noise.text}.`);
  const [stopped, untouched] = [stoppedLags(), untouchedLags()];
  const shiftMs = percentile(stopped, 0.5)! - percentile(untouched, 0.5)!;
  expect(Math.abs(shiftMs)).toBeLessThan(3);
  expect(percentile(stopped, 0.99)!).toBeLessThan(percentile(untouched, 0.99)! + 50);
});

/**
 * What the server needed more than usual from the moment at which it could have begun, over all
 * requests since the stop. By the witness's and the server's clocks: a request that was sent late
 * does not make it longer.
 */
function drainMs(): number {
  const serverMs = mean(requests.filter(isUntouched).map((r) => r.answeredAtMs - r.arrivedAtMs))!;
  return requests
    .filter(({ dueAtMs }) => dueAtMs >= stoppedAtMs)
    .map((r) => r.answeredAtMs - Math.max(r.arrivedAtMs, wentOnAtMs) - serverMs)
    .reduce((sum, ms) => sum + ms, 0);
}

test('mean latency from the schedule is the analytic one, within 5 %', ({ skip }) => {
  skip(noise.p99Ms > TOLERABLE_P99_MS, `The machine is too noisy: ${noise.text}.`);
  const latencyMs = mean(requests.filter(isUntouched).map((request) => request.latencyMs))!;
  const stopMs = wentOnAtMs - stoppedAtMs;
  const stall = { ratePerSecond: RATE, rows: ROWS, stopMs, latencyMs, drainMs: drainMs() };
  const expectedMs = stalledMeanMs(stall);
  const { mean: meanMs } = run.summary.metrics['request_latency_from_schedule']!;
  expect(
    Math.abs(meanMs / expectedMs - 1),
    `mean ${meanMs} ms, expected ${expectedMs} ms`,
  ).toBeLessThan(0.05);
});
