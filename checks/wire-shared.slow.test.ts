// Runs the command on three rows of each scenario of ../shared/wire, where that folder exists, and
// compares with the true values. checks/wire.test.ts has the exact figures, without the folder.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import type { RequestRecord, Summary } from './golden-run/adapter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'packages/cli/dist/main.js');
const server = join(root, '../shared/wire/server.mjs');
const work = mkdtempSync(join(tmpdir(), 'trace-replay-wire-'));
const trace = join(work, 'three.jsonl');
const row = (timestamp: number, ids: number[]) =>
  JSON.stringify({ timestamp, input_length: 100, output_length: 16, hash_ids: ids });
writeFileSync(trace, [row(0, [0]), row(100, [1]), row(200, [2])].join('\n'));

afterAll(() => rmSync(work, { recursive: true }));

interface Truth {
  /** Each row, sorted: outcome, tokens and who counted; or the class and code of its failure. */
  readonly rows: string[];
  /** Of the ok rows, in ms; absent where there is no ITL. */
  readonly ttftMs?: number;
  readonly itlMs?: number;
  readonly notes?: string[];
  /** Words of the server that a failure keeps. */
  readonly words?: string;
  readonly flags?: readonly string[];
  /** Of the scripted server. */
  readonly env?: Readonly<Record<string, string>>;
  readonly scenario?: string;
}

const ALL = ['ok 16 by usage', 'ok 16 by usage', 'ok 16 by usage'];
const three = (line: string) => [line, line, line];
const GOOD: Truth = { rows: ALL, ttftMs: 50, itlMs: 20 };
const cap = ['--output-length', 'cap'];

const SCENARIOS: Readonly<Record<string, Truth>> = {
  plain: GOOD,
  'content-parts': GOOD,
  'null-text': {
    rows: ['failed timed_out', 'failed truncated FIN', 'ok 16 by usage'],
    ...{ ttftMs: 50, itlMs: 20 },
    // The server gives its answers in turn: a probe would take the first one.
    flags: ['--between-tokens-timeout', '1', '--server-details', 'off'],
  },
  'finish-error': { rows: three('failed in_stream_error error'), flags: cap },
  'reasoning-apart': { ...GOOD, notes: ['count_corrected'] },
  'usage-zero': {
    ...{ rows: three('ok 16 by chunks'), ttftMs: 50, itlMs: 20 },
    notes: ['count_dropped', 'counted_by_chunks'],
  },
  // The tokens of the first event are not known.
  'choice-usage': { rows: ALL, ttftMs: 50 },
  event4: { rows: ALL, ttftMs: 50 },
  'event4-silent': { rows: three('ok'), ttftMs: 50, notes: ['length_unknown'] },
  buffered: { rows: ALL, ttftMs: 370 },
  'one-event': { rows: ALL, ttftMs: 370 },
  'first-bundle': { rows: ALL, ttftMs: 210, itlMs: 20 },
  refusal: GOOD,
  'bare-json': {
    notes: ['text_outside_events'],
    rows: three('failed in_stream_error 400'),
    words: 'request (19185 tokens) exceeds the available context size (16384 tokens)',
  },
  short: { rows: three('ok 5 by usage mismatch'), ttftMs: 50, itlMs: 20 },
  'chunk-ext': GOOD,
  'plain-type': { rows: three('failed malformed') },
  'empty-finish': { rows: three('failed truncated no_finish_reason') },
  'double-data': { rows: three('failed malformed') },
  'no-stream': { rows: three('failed malformed') },
  'done-only': { rows: three('failed truncated no_finish_reason'), words: '[DONE] came without' },
  'stream-error': {
    rows: three('failed in_stream_error 500'),
    words: 'EngineCore encountered an issue.',
  },
  'done-alone': { rows: three('failed truncated no_finish_reason') },
  'azure-first': GOOD,
  comments: { ...GOOD, ttftMs: 60 },
  'reasoning-only': GOOD,
  'models-array': GOOD,
  'models-404': GOOD,
  'models-405': GOOD,
};

/** Scenarios at which no run starts, and the words that say why. */
const REFUSALS: Readonly<Record<string, Pick<Truth, 'env' | 'scenario'> & { words: string }>> = {
  'models-redirect': { words: 'answered 308 to "https://llm.example.org/v1/models"' },
  'post-redirect': { words: 'answered 307 to "https://llm.example.org/v1/chat/completions"' },
  strict: { words: 'Pass --output-length cap' },
  'strict without max_tokens': {
    ...{ scenario: 'strict', env: { NO_MAX_TOKENS: '1' } },
    words: 'Pass --output-length cap and --max-tokens-field max_completion_tokens',
  },
};

const isThere = existsSync(server);

test.concurrent.for(Object.entries(SCENARIOS))(
  '%s',
  async ([name, truth], { expect: expectIt, skip }) => {
    if (!isThere) skip('../shared/wire is not there');
    const { records, summary } = await replay(name, truth);
    expectIt(records.map(lineOf).sort()).toEqual(truth.rows);
    const notes = Object.keys(summary.stream_notes ?? {});
    expectIt(notes).toEqual(truth.notes ?? []);
    const { time_to_first_token: ttft, inter_token_latency: itl } = summary.metrics;
    expectNear(ttft?.min, truth.ttftMs);
    expectNear(itl?.min, truth.itlMs);
    expectIt(summary.goodput === undefined).toBe(
      truth.itlMs === undefined && truth.ttftMs !== undefined,
    );
    const words = records.map(({ failure }) => failure?.message ?? '').join('\n');
    expectIt(words).toContain(truth.words ?? '');
  },
);

test.concurrent.for(Object.entries(REFUSALS))(
  '%s ends at once',
  async ([name, truth], { expect: expectIt, skip }) => {
    if (!isThere) skip('../shared/wire is not there');
    const { exitCode, stderr } = await run(name, truth);
    expectIt([exitCode, stderr]).toEqual([3, expectIt.stringContaining(truth.words)]);
  },
);

/**
 * The machine may be busy: a first token that is read late makes TTFT longer and ITL shorter. The
 * exact figures are in checks/wire.test.ts.
 */
function expectNear(ms: number | undefined, trueMs: number | undefined): void {
  if (trueMs === undefined) expect(ms).toBeUndefined();
  else {
    expect(ms).toBeGreaterThan(trueMs - Math.max(4, trueMs / 2));
    expect(ms).toBeLessThan(1.5 * trueMs + 400);
  }
}

function lineOf(record: RequestRecord): string {
  const { outcome, failure, output_tokens: tokens, output_tokens_by: by } = record;
  if (failure) return [outcome, failure.class, failure.code].filter(Boolean).join(' ');
  const counted = tokens === undefined ? [] : [tokens, 'by', by];
  return [outcome, ...counted, ...(record.length_mismatch ? ['mismatch'] : [])].join(' ');
}

async function replay(name: string, truth: Omit<Truth, 'rows'>) {
  const { stdout } = await run(name, truth);
  const summary = JSON.parse(stdout) as Summary;
  const directory = join(work, name);
  const [own = ''] = readdirSync(directory);
  const path = join(directory, own, 'three/records.jsonl');
  const records = readFileSync(path, 'utf8').trimEnd().split('\n');
  return { summary, records: records.map((line) => JSON.parse(line) as RequestRecord) };
}

async function run(name: string, truth: Omit<Truth, 'rows'>) {
  const { flags = [], env = {}, scenario = name } = truth;
  const names = [...Object.keys(SCENARIOS), ...Object.keys(REFUSALS)];
  const port = 21_000 + names.indexOf(name);
  const child = spawn(process.execPath, [server, String(port), scenario], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  });
  try {
    await new Promise((resolve) => child.stderr.once('data', resolve));
    const url = ['--url', `http://127.0.0.1:${port}`, '--model', 'm', '--trace', trace];
    const files = ['--artifact-dir', join(work, name), '--name', 'wire', '--no-fidelity-gate'];
    const args = [main, '--json', ...url, ...files, ...flags];
    return await new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
      const replaying = execFile(process.execPath, args, (_error, stdout, stderr) =>
        resolve({ exitCode: replaying.exitCode ?? -1, stdout, stderr }),
      );
    });
  } finally {
    child.kill();
  }
}
