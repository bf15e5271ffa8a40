import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { mockKind } from '../servers/mock.ts';
import type { BenchServer } from '../servers/server.ts';
import { uniformRows } from '../input/trace.ts';
import { runReplay } from './replay-run.ts';

/** Three for each core, so that whoever wants one stands in line. */
const COMPETITORS = 3 * availableParallelism();
const SECONDS = 8;
const BUSY = `const end = Date.now() + ${(SECONDS + 10) * 1000}; while (Date.now() < end);`;

let server: BenchServer;
let competitors: ChildProcess[] = [];

beforeEach(async () => {
  server = await mockKind.start({ ttftMs: 50, itlMs: 10 });
});

afterEach(async () => {
  for (const each of competitors) each.kill('SIGKILL');
  await server.stop();
});

test('a real competitor for the CPU turns the verdict, and is named', async () => {
  const rows = uniformRows(10 * SECONDS, 10, { inputTokens: 100, outputTokens: 50 });
  const { report } = await runReplay({
    url: server.url,
    rows,
    onStarted: () => {
      competitors = Array.from({ length: COMPETITORS }, () =>
        spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }),
      );
    },
  });
  expect(report.verdict?.verdict).not.toBe('valid');
  expect(report.verdict?.reasons.map(({ kind }) => kind)).toContain('run_queue_wait');
});
