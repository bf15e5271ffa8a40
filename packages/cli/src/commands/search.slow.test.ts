import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type SearchFile, searchFileSchema, searchResult } from '@trace-replay/metrics/internal';
import { startMock } from '@trace-replay/mock';
import { afterAll, expect, test } from 'vitest';

import { runCli } from '../test/run-cli.ts';

const scratch = mkdtempSync(join(tmpdir(), 'search-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Rows every so often, none sharing a prefix. */
function writeTrace(name: string, rows: number, everyMs: number): string {
  const path = join(scratch, name);
  const lines = Array.from({ length: rows }, (_, row) => {
    return JSON.stringify({ timestamp: row * everyMs, input_length: 1000, output_length: 20 });
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function onlySearch(directory: string): SearchFile & { readonly root: string } {
  const [name = ''] = readdirSync(directory);
  const root = join(directory, name);
  const file = searchFileSchema.parse(JSON.parse(readFileSync(join(root, 'search.json'), 'utf8')));
  return { ...file, root };
}

test('each probe against a server is a run of its own', async () => {
  const trace = writeTrace('short.jsonl', 120, 50);
  const mock = await startMock({ latency: { ttftMs: 5, itlMs: 5 } });
  const directory = join(scratch, 'real');
  try {
    const flags = ['--ramp', '0.2', '--window', '1', '--recovery-limit', '5', '--no-final'];
    const { code, stdout } = await runCli([
      ...['search', '--trace', trace, '--url', mock.url, '--artifact-dir', directory, ...flags],
      ...['--max-probes', '3', '--progress', 'none', '--goodput', 'time_to_first_token:20000'],
    ]);
    const { probes, root } = onlySearch(directory);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(probes[0]).toMatchObject({ purpose: 'warm-up', speed: 1 });
    expect(probes.length).toBe(3);
    for (const { directory: own, recovery_s, blocks } of probes) {
      expect(readdirSync(join(root, own!))).toContain('summary.json');
      expect(recovery_s).toBeGreaterThan(0);
      expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(0);
    }
  } finally {
    await mock.stop();
  }
});

test('a speed that fails ends early, and the search goes down', async () => {
  const trace = writeTrace('slow.jsonl', 400, 20);
  const mock = await startMock({ latency: { ttftMs: 100, itlMs: 1 } });
  const directory = join(scratch, 'early');
  try {
    const { code, stdout } = await runCli([
      ...['search', '--trace', trace, '--url', mock.url, '--artifact-dir', directory],
      ...['--goodput', 'time_to_first_token:50', '--ramp', '0.2', '--window', '4', '--no-final'],
      ...['--recovery-limit', '0', '--max-probes', '2', '--progress', 'none', '--from', '1'],
    ]);
    const { probes } = onlySearch(directory);
    expect(code).toBe(0);
    expect(probes[1]?.stopped?.reason).toBe('bad_rows');
    expect(probes[1]!.stopped!.after_s).toBeLessThan(4);
    expect(stdout).toMatch(/×1 \(.* rows\/s\) misses it/);
  } finally {
    await mock.stop();
  }
});

test.each([
  ['headline', 5, 'The client is the limit from ×1'],
  ['off', 0, 'The trace is too short for more'],
])('with --fidelity-gate %s, rows that the client sends late', async (gate, code, words) => {
  const trace = writeTrace(`late-${gate}.jsonl`, 80, 25);
  const mock = await startMock({ latency: { ttftMs: 100, itlMs: 1 } });
  try {
    // One socket: each row waits for all before it, and is still good after some seconds.
    const ended = await runCli([
      ...['search', '--trace', trace, '--url', mock.url, '--artifact-dir', join(scratch, gate)],
      ...['--goodput', 'time_to_first_token:20000', '--max-connections', '1', '--no-final'],
      ...['--ramp', '0.5', '--window', '1', '--recovery-limit', '0', '--progress', 'none'],
      ...['--fidelity-gate', gate],
    ]);
    expect(ended).toMatchObject({ code });
    expect(ended.stdout).toContain(words);
    expect(ended.stdout.includes('The client was the limit at ×1: ')).toBe(gate !== 'off');
  } finally {
    await mock.stop();
  }
});

test.each([1, 2, 3])(
  'brackets the capacity that the same workers have in virtual time, seed %s',
  { timeout: 150_000 },
  async (seed) => {
    // A fixed service time: 1,000 tokens of prompt at 10,000 a second, one row after the other.
    const workers = {
      ...{ workers: 1, ranks: 1, stepJitter: 0, decodeStepMs: 0, decodeSequenceMs: 0 },
      ...{ rankPrefillTokensPerS: 10_000, workerPrefillTokensPerS: 10_000_000 },
      ...{ stepTokensPerRank: 1000, streamInterval: 20 },
    };
    const trace = writeTrace(`capacity-${seed}.jsonl`, 600, 200);
    const flags = [
      ...['search', '--trace', trace, '--goodput', 'time_to_first_token:1000', '--ramp', '1s'],
      ...['--window', '5s', '--progress', 'none', '--precision', '0.1', '--seed', `${seed * 1000}`],
    ];
    const virtual = join(scratch, `virtual-${seed}`);
    const modelled = ['--simulate', 'aggregated-round-robin', '--deployment'];
    await runCli([...flags, ...modelled, JSON.stringify(workers), '--artifact-dir', virtual]);
    const { crossing } = searchResult(onlySearch(virtual));
    const deployment = { ...workers, like: 'aggregated-round-robin' } as const;
    const mock = await startMock({ deployment, seed });
    const directory = join(scratch, `capacity-${seed}`);
    try {
      const { stdout } = await runCli([
        ...[...flags, '--url', mock.url, '--artifact-dir', directory, '--no-final'],
        ...['--recovery-limit', '0'],
      ]);
      const { bracket, outcome } = searchResult(onlySearch(directory));
      expect(outcome?.kind, stdout).toBe('found');
      expect(crossing, stdout).toBeGreaterThan(bracket.low! * 0.9);
      expect(crossing, stdout).toBeLessThan(bracket.high! * 1.1);
      expect(bracket.high! / bracket.low!, stdout).toBeLessThan(1.4);
    } finally {
      await mock.stop();
    }
  },
);
