import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { RequestRecord } from '@trace-replay/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runReplay } from '../dynamo/run-replay.ts';
import { LITELLM_KEY, type RunningServer, startLiteLlm, startLlamaCpp } from './start-server.ts';

const ROWS = 16;
/** Two to four rows in flight, as many as the server has slots. */
const TRACE = [
  ...['--trace', '../shared/servers/t40.jsonl', '--block-size', '16'],
  ...['--limit', String(ROWS), '--speedup', '3'],
];
/** Tokens that the chat template of Qwen3 adds to one message. */
const TEMPLATE = 8;

let server: RunningServer;
let work = '';

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'trace-replay-servers-'));
  server = await startLlamaCpp();
}, 120_000);

afterAll(async () => {
  rmSync(work, { recursive: true, force: true });
  await server?.kill();
});

interface Case {
  readonly title: string;
  readonly flags: readonly string[];
  /** Prompt tokens counted − asked, of every row. */
  readonly drift: number;
  readonly isExact: boolean;
}

const CASES: readonly Case[] = [
  { title: 'chat, exact', flags: ['--server', 'llamacpp'], drift: TEMPLATE, isExact: true },
  {
    title: 'chat, cap',
    flags: ['--output-length', 'cap'],
    ...{ drift: TEMPLATE, isExact: false },
  },
  {
    title: 'completions, exact, text',
    flags: ['--server', 'llamacpp', '--endpoint', 'completions'],
    ...{ drift: 0, isExact: true },
  },
  {
    title: 'completions, exact, token ids',
    flags: ['--server', 'llamacpp', '--endpoint', 'completions', '--prompt', 'token-ids'],
    ...{ drift: 0, isExact: true },
  },
  {
    title: 'completions, cap, token ids',
    flags: ['--output-length', 'cap', '--endpoint', 'completions', '--prompt', 'token-ids'],
    ...{ drift: 0, isExact: false },
  },
];

describe.each(CASES)('llama.cpp, $title', ({ title, flags, drift, isExact }) => {
  test('every row is ok, and the tokens are those of its counters', async () => {
    // A seed of its own: no row meets the prompts of another case in a cache.
    const seed = String(100 + CASES.findIndex((each) => each.title === title));
    const before = await counterOf(server.url, 'tokens_predicted_total');
    const run = await runReplay(join('servers', title.replaceAll(/\W+/g, '-')), [
      ...['--url', server.url, ...TRACE, '--seed', seed, ...flags],
    ]);
    const { exitCode, stderr, records = [], summary } = run;
    expect(exitCode, stderr).toBe(0);
    expect(summary?.rows).toMatchObject({ total: ROWS, ok: ROWS, length_mismatch: 0 });
    expect(summary?.stream_notes).toBeUndefined();
    expect(records.map(driftOf)).toEqual(Array(ROWS).fill(drift));
    for (const { output_tokens: tokens, output_tokens_asked: asked, ...record } of records) {
      expect(record).toMatchObject({ output_tokens_by: 'usage' });
      expect(record.cached_tokens).toBeGreaterThanOrEqual(0);
      if (isExact) expect(tokens).toBe(asked);
      else expect(tokens).toBeLessThanOrEqual(asked);
    }
    const counted = (await counterOf(server.url, 'tokens_predicted_total')) - before;
    const ours = records.reduce((sum, { output_tokens: tokens = 0 }) => sum + tokens, 0);
    // The probes before the first row are one token each.
    expect(counted - ours).toBeGreaterThanOrEqual(1);
    expect(counted - ours).toBeLessThanOrEqual(2);
  });
});

test('a model that llama.cpp does not list ends the run at once', async () => {
  const args = ['--url', server.url, ...TRACE, '--model', 'tiny.guff'];
  const { exitCode, stderr, records } = await runReplay('servers/wrong-model', args);
  expect([exitCode, records]).toEqual([3, undefined]);
  expect(stderr).toContain('the server lists "tiny.gguf", expected "tiny.guff"');
  expect(stderr).toContain('such as "tiny.gguf"');
});

test('a prompt longer than its context fails alone, with the words of llama.cpp', async () => {
  const { exitCode, records = [] } = await runReplay('servers/too-long', [
    ...['--url', server.url, '--trace', traceOf('long', [100, 3000, 100]), '--server', 'llamacpp'],
  ]);
  expect(exitCode).toBe(0);
  expect(records.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'ok']);
  expect(records[1]?.failure).toMatchObject({ class: 'http_status', code: '400' });
  expect(records[1]?.failure?.message).toContain('exceeds the available context size');
});

describe('LiteLLM in front of llama.cpp', () => {
  let proxy: RunningServer;
  beforeAll(async () => {
    proxy = await startLiteLlm(server.url);
  }, 120_000);
  afterAll(async () => proxy?.kill());

  const args = (seed: string) => ['--url', proxy.url, '--seed', seed, ...TRACE];

  test.each([
    ['exact', []],
    ['cap', ['--output-length', 'cap']],
  ])('every row is ok: %s', async (length, flags) => {
    const {
      exitCode,
      stderr,
      records = [],
    } = await runReplay(`servers/litellm-${length}`, [
      ...[...args(length === 'cap' ? '201' : '200'), '--api-key-env', 'KEY', ...flags],
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(records.map(driftOf)).toEqual(Array(ROWS).fill(TEMPLATE));
    const off = records.filter((row) => row.output_tokens !== row.output_tokens_asked);
    if (length === 'exact') expect(off).toEqual([]);
  });

  test('without its key the run ends with the answer of its list', async () => {
    const flags = ['--wait-for-model', '0'];
    const { exitCode, stderr } = await runReplay('servers/no-key', [...args('202'), ...flags]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/GET \/v1\/models answered (401|500)/);
  });
});

test('a server that is killed in mid-run leaves every row accounted for', async () => {
  const dying = await startLlamaCpp();
  // Long answers, so that some are under way.
  const trace = traceOf('killed', Array<number>(12).fill(200), { gapMs: 250, outputLength: 200 });
  const running = runReplay('servers/killed', [
    ...['--url', dying.url, '--trace', trace, '--server', 'llamacpp'],
  ]);
  while ((await counterOf(dying.url, 'requests_processing')) < 2) await setTimeout(20);
  await dying.kill();
  const { records = [], summary } = await running;
  const { total, ok, failed } = summary?.rows ?? {};
  expect(records).toHaveLength(12);
  expect([total, (ok ?? 0) + (failed ?? 0)]).toEqual([12, 12]);
  const failures = new Set(records.flatMap(({ failure }) => failure?.class ?? []));
  // Cut in mid-answer, and then nobody listens.
  expect([...failures].sort()).toEqual(expect.arrayContaining(['refused', 'truncated']));
  for (const each of failures) expect(['refused', 'reset', 'truncated']).toContain(each);
});

function driftOf({ prompt_tokens: counted = NaN, input_tokens_asked: asked }: RequestRecord) {
  return counted - asked;
}

/** A trace of rows without a common block. */
function traceOf(
  name: string,
  inputLengths: readonly number[],
  { gapMs = 200, outputLength = 5 } = {},
): string {
  const rows = inputLengths.map((inputLength, index) =>
    JSON.stringify({
      timestamp: index * gapMs,
      input_length: inputLength,
      output_length: outputLength,
      hash_ids: Array.from({ length: Math.ceil(inputLength / 512) }, (_, at) => 100 * index + at),
    }),
  );
  const path = join(work, `${name}.jsonl`);
  writeFileSync(path, rows.join('\n'));
  return path;
}

async function counterOf(
  url: string,
  name: 'tokens_predicted_total' | 'requests_processing',
): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^llamacpp:${name} (\\d+)`, 'm').exec(page)?.[1]);
}

process.env['KEY'] = LITELLM_KEY;
