import { setMaxListeners } from 'node:events';
import { Worker } from 'node:worker_threads';

import {
  countDuration,
  createLogCounts,
  type LogCounts,
  quantileOf,
} from '@trace-replay/metrics/internal';
import { request } from 'undici';
import { expect, test } from 'vitest';

import { differenceNs } from './canary-stamp.ts';
import { startLoopMonitor } from './loop-monitor.ts';
import { startCanary } from './start-canary.ts';

const STREAMS = 12;
const SECONDS = 4;

/**
 * A thread that serves streams of events, each with the instant at which it was written, at
 * intervals of its own. It shares nothing with the canary but the clock.
 */
const STREAM_SERVER = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((_request, answer) => {
    let state = server.connectionsSoFar = (server.connectionsSoFar ?? 0) + 1;
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    const next = () => {
      state = (state * 48271) % 2147483647;
      setTimeout(() => {
        if (answer.destroyed) return;
        answer.write('data: ' + process.hrtime().join(' ') + '\\n\\n');
        next();
      }, 3 + (state % 15));
    };
    next();
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

async function readStream(port: number, signal: AbortSignal, into: LogCounts): Promise<void> {
  const { body } = await request(`http://127.0.0.1:${port}/`, { signal });
  body.on('error', () => undefined);
  body.on('data', (piece: Buffer) => {
    const readAt = process.hrtime();
    for (const [, seconds, ns] of piece.toString('latin1').matchAll(/data: (\d+) (\d+)/g)) {
      countDuration(into, differenceNs(readAt, [Number(seconds), Number(ns)]));
    }
  });
}

/** Keeps the loop busy for `stallMs`, again and again, at no fixed rhythm. */
function stallNowAndThen(stallMs: number, everyMs: number): () => void {
  let stalls = 0;
  let timer: NodeJS.Timeout;
  const arm = () => {
    timer = setTimeout(
      () => {
        const endMs = performance.now() + stallMs;
        while (performance.now() < endMs);
        stalls++;
        arm();
      },
      everyMs * (0.5 + ((stalls * 0.7548776662466927) % 1)),
    );
  };
  arm();
  return () => clearTimeout(timer);
}

const figures = (counts: LogCounts) => ({
  mean: counts.sumNs / counts.count / 1e6,
  p50: (quantileOf(counts, 0.5) ?? NaN) / 1e6,
  p90: (quantileOf(counts, 0.9) ?? NaN) / 1e6,
  p99: (quantileOf(counts, 0.99) ?? NaN) / 1e6,
});

/** Time for which the loop stands still, and how often; what the p99 must then be at least. */
const loads: [load: string, stallMs: number, everyMs: number, leastP99Ms: number][] = [
  ['an idle loop', 0, 1000, 0],
  ['stalls of 5 ms in a third of the time', 5, 10, 3],
  ['stalls of 40 ms in a fifth of the time', 40, 160, 30],
];

test.each(loads)(
  'the canary is as late as streams of known times: %s',
  async (_load, stallMs, everyMs, leastP99Ms) => {
    const server = new Worker(STREAM_SERVER, { eval: true });
    const port = await new Promise<number>((resolve) => server.once('message', resolve));
    const canary = await startCanary(SECONDS * 1000);
    const abort = new AbortController();
    setMaxListeners(STREAMS, abort.signal);
    const streams = createLogCounts();
    await Promise.all(
      Array.from({ length: STREAMS }, () => readStream(port, abort.signal, streams)),
    );
    const stopStalls = stallNowAndThen(stallMs, everyMs);
    const monitor = startLoopMonitor({ canaryPort: canary?.port });
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    const readings = monitor.stop();
    stopStalls();
    abort.abort();
    await Promise.all([server.terminate(), canary?.stop()]);

    const [told, known] = [figures(readings.receiveError), figures(streams)];
    expect(readings.receiveError.count).toBeGreaterThan(SECONDS * 40);
    expect(known.p99).toBeGreaterThanOrEqual(leastP99Ms);
    // Some 400 stamps against some 5,000, each drawn at random. Where nothing stalls the loop, the
    // high percentiles are the machine's other work, of which each sees what it happens to see.
    const compared = (['mean', 'p50', 'p90', 'p99'] as const).slice(0, stallMs === 0 ? 2 : 4);
    for (const figure of compared) {
      const room = 0.3 * known[figure] + 1;
      expect(told[figure], figure).toBeGreaterThanOrEqual(known[figure] - room);
      expect(told[figure], figure).toBeLessThanOrEqual(known[figure] + room);
    }
    expect(readings.sendError.count).toBeGreaterThan(10);
  },
);
