import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { comparisonSchema, runStateSchema } from '@trace-replay/metrics';
import { createMockServer, type MockServer } from '@trace-replay/mock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, traceText } from '../test/run-cli.ts';

const ROWS = 40;
let scratch: Scratch;
let trace: string;
let fast: MockServer;
let slow: MockServer;

beforeAll(async () => {
  scratch = createScratch();
  trace = scratch.write('trace.jsonl', traceText(ROWS));
  // A busy machine adds up to a hundred milliseconds to either; three runs judge their ratio.
  fast = await createMockServer({ latency: { ttftMs: 400, itlMs: 2 } });
  slow = await createMockServer({ latency: { ttftMs: 2400, itlMs: 2 } });
});
afterAll(async () => {
  await Promise.all([fast.stop(), slow.stop()]);
  scratch.remove();
});

const ab = (below: string, ...args: string[]) =>
  runCli(['ab', '--trace', trace, '--artifact-dir', join(scratch.path, below), ...args]);

/** run.json of every run below a directory, in the order in which they began. */
function runsBelow(below: string) {
  return scratch
    .files(below)
    .filter((file) => file.endsWith('/run.json'))
    .map((file) => ({ file, state: runStateSchema.parse(JSON.parse(scratch.read(file))) }))
    .sort((a, b) => Number(zeroNs(a.state) - zeroNs(b.state)));
}

function zeroNs({ zero }: { readonly zero?: { readonly monotonic_ns: string } | undefined }) {
  return BigInt(zero?.monotonic_ns ?? 0);
}

describe('replay ab', () => {
  test('takes turns, gives both sides the same seeds, and says who won', async () => {
    const sides = ['--a', slow.url, '--a-name', 'slow', '--b', fast.url, '--b-name', 'fast'];
    const ended = await ab('three', ...sides, '--repeat', '3', '--seed', '7', '--json');
    expect(ended.code).toBe(0);
    const runs = runsBelow('three');
    const order = runs.map(({ state }) => `${state.run.name} ${state.conditions.seed}`);
    expect(order).toEqual(['slow 7', 'fast 7', 'fast 8', 'slow 8', 'slow 9', 'fast 9']);
    // The same prompts on both sides, and others in every repeat.
    const digests = runs.map(({ state }) => state.bodies?.digest);
    expect(digests[0]).toBe(digests[1]);
    expect(new Set(digests).size).toBe(3);

    const comparison = comparisonSchema.parse(JSON.parse(ended.stdout));
    expect(comparison.scope).toBe('between_runs');
    expect(comparison.sides.map(({ name }) => name)).toEqual(['slow', 'fast']);
    const p50 = comparison.contests[0]?.metrics.find(
      ({ metric, statistic }) => metric === 'time_to_first_token' && statistic === 'p50',
    );
    expect(p50).toMatchObject({ verdict: 'different', ahead: 1 });

    const [root = ''] = scratch.files('three').map((file) => file.split('/')[1] ?? '');
    const files = scratch.files(join('three', root)).filter((file) => !file.includes('trace/'));
    expect(files.filter((file) => /comparison\.(json|md|txt)$/.test(file))).toHaveLength(3);
    // The artifacts give the same comparison again.
    const below = (side: string) => join(scratch.path, 'three', root, side);
    const again = await runCli(['compare', below('slow'), below('fast'), '--json']);
    expect(again).toMatchObject({ code: 0, stdout: ended.stdout });
  });

  test('prints the comparison, and with one run a side names nobody', async () => {
    const ended = await ab('once', '--a', fast.url, '--b', slow.url);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('No winner: one run per side');
    expect(ended.stderr).toContain('a, run 1 of 1, seed 42');
    expect(runsBelow('once')).toHaveLength(2);
  });

  test('compares what both sides have when a server goes away', async () => {
    const leaving = await createMockServer();
    // When it has served the rows of its first run, it leaves.
    const timer = setInterval(() => {
      if (leaving.journal().requests.length < ROWS) return;
      clearInterval(timer);
      void leaving.stop();
    }, 5);
    const sides = ['--a', fast.url, '--b', leaving.url];
    const ended = await ab('gone', ...sides, '--repeat', '2', '--wait-for-model', '0');
    clearInterval(timer);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('comparison');
    expect(ended.stderr).toContain(`Cannot start on "${leaving.url}"`);
  });

  const refused: [why: string, args: () => string[], message: string][] = [
    ['wants both sides', () => ['--a', fast.url], 'Cannot compare: --b is missing'],
    [
      'wants two names',
      () => ['--a', fast.url, '--b', slow.url, '--b-name', 'a'],
      'Cannot compare "a" with itself',
    ],
    [
      'wants a trace that it can read again',
      () => ['--a', fast.url, '--b', slow.url, '--trace', '-'],
      'Cannot replay stdin several times',
    ],
    [
      'wants names that can be directories',
      () => ['--a', fast.url, '--b', slow.url, '--a-name', 'x/y'],
      'Cannot use --a-name "x/y": expected letters',
    ],
  ];

  test.each(refused)('%s', async (_why, args, message) => {
    const ended = await ab('refused', ...args());
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(scratch.files('.').filter((file) => file.startsWith('refused'))).toEqual([]);
  });

  test('refuses servers of different models before anything is replayed', async () => {
    const other = await createMockServer({ model: 'else' });
    const ended = await ab('models', '--a', fast.url, '--b', other.url);
    await other.stop();
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('different models')]);
    expect(other.journal().requests).toEqual([]);
    rmSync(join(scratch.path, 'models'), { recursive: true, force: true });
  });
});
