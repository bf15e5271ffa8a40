import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMockServer, type MockServer, type MockServerOptions } from '@trace-replay/mock';
import { type RequestRecord, summarySchema } from '@trace-replay/metrics';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { zeroIn } from './time/clock.ts';
import type { ReplayEvent } from './events.ts';
import type { ReplayOptions } from './options.ts';
import { planReplay } from './plan.ts';
import { makeReady } from './ready.ts';
import { replay, type Replay } from './replay.ts';
import { startRun } from './run.ts';

let directory: string;
const servers: MockServer[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-replay-'));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  rmSync(directory, { recursive: true });
});

async function serve(options: MockServerOptions = {}): Promise<MockServer> {
  const server = await createMockServer({ latency: { ttftMs: 5, itlMs: 10 }, ...options });
  servers.push(server);
  return server;
}

interface Row {
  timestamp: number;
  input_length: number;
  output_length: number;
  hash_ids?: number[];
}

function traceOf(rows: readonly Row[]): string {
  const path = join(directory, 't.jsonl');
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

function rowsEvery(gapMs: number, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    timestamp: 1000 + index * gapMs,
    input_length: 600 + index,
    output_length: 1 + (index % 4),
    hash_ids: [7, index],
  }));
}

async function collect(
  options: ReplayOptions,
  onEvent: (event: ReplayEvent) => void = () => undefined,
): Promise<RequestRecord[]> {
  const records: RequestRecord[] = [];
  for await (const record of replay(options, { onEvent })) records.push(record);
  return records.sort((a, b) => a.row - b.row);
}

test('replay() yields a record for each row, never early', async () => {
  const { url } = await serve();
  const records = await collect({ trace: traceOf(rowsEvery(20, 10)), urls: [url] });
  expect(records.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const [index, record] of records.entries()) {
    expect(record).toMatchObject({
      outcome: 'ok',
      due_ns: index * 20e6,
      input_tokens_asked: 600 + index,
      prompt_tokens: 603 + index,
      output_tokens: 1 + (index % 4),
    });
    expect(record.dispatched_ns).toBeGreaterThanOrEqual(record.due_ns);
  }
});

test('replay() takes window, limit and speed from the options, and indices from the file', async () => {
  const { url } = await serve();
  const records = await collect({
    trace: traceOf(rowsEvery(20, 10)),
    urls: [url],
    startOffsetMs: 1040,
    limit: 3,
    speedup: 2,
  });
  expect(records.map(({ row, due_ns }) => [row, due_ns])).toEqual([
    [2, 0],
    [3, 10e6],
    [4, 20e6],
  ]);
});

test('replay() ends when its signal is aborted, and every row has a record', async () => {
  const { url } = await serve({ scenario: { kind: 'stalls', at: 'after-tokens' } });
  const stop = new AbortController();
  const records: RequestRecord[] = [];
  const trace = traceOf(rowsEvery(50, 100));
  const options: ReplayOptions = { trace, urls: [url], serverDetails: 'off' };
  const onEvent = ({ kind }: ReplayEvent) => {
    if (kind === 'started') setTimeout(() => stop.abort(), 450);
  };
  for await (const record of replay(options, { signal: stop.signal, onEvent })) {
    records.push(record);
  }
  const count = (outcome: string) => records.filter((record) => record.outcome === outcome).length;
  expect(count('aborted_inflight')).toBeGreaterThanOrEqual(3);
  expect(count('aborted_inflight') + count('not_sent')).toBe(100);
});

test('replay() goes on behind nobody when the loop is left', async () => {
  const server = await serve();
  // A second after the third row, time enough for the senders of a busy machine to hear of it.
  const later = rowsEvery(5, 100).map((row) => ({ ...row, timestamp: row.timestamp + 1000 }));
  const trace = traceOf([...rowsEvery(5, 3), ...later]);
  let left = 3;
  for await (const _record of replay({ trace, urls: [server.url], serverDetails: 'off' })) {
    if (--left === 0) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(server.journal().requests).toHaveLength(3);
});

const QUICK = { serverDetails: 'off' } as const;

test('replay() sums up the records that a loop has read', async () => {
  const { url } = await serve();
  const goodput = 'time_to_first_token:20000';
  const trace = traceOf(rowsEvery(5, 6));
  const run = replay({ trace, urls: [url], goodput, runId: 'mine', ...QUICK });
  const rows: number[] = [];
  for await (const { row } of run) rows.push(row);
  const summary = await run.summary();
  expect(rows).toHaveLength(6);
  expect(summarySchema.parse(summary)).toEqual(summary);
  expect(summary).toMatchObject({
    status: 'completed',
    run: { id: 'mine' },
    rows: { total: 6, ok: 6 },
    goodput: { good: 6 },
    bodies: { count: 6 },
    conditions: { urls: [url], trace: { selected_rows: 6 } },
  });
  expect(summary.fidelity).toBeDefined();
  expect(await run.summary()).toBe(summary);
});

test('replay() sums up without a loop, by objectives of its own', async () => {
  const { url } = await serve();
  const goodput = 'time_to_first_token:0.001';
  const trace = traceOf(rowsEvery(5, 4));
  const summary = await replay({ trace, urls: [url], goodput, ...QUICK }).summary();
  expect(summary.rows).toMatchObject({ total: 4, ok: 4 });
  expect(summary.goodput?.good).toBe(0);
});

test('replay() leaves the records to a loop that runs beside summary()', async () => {
  const { url } = await serve();
  const run = replay({ trace: traceOf(rowsEvery(5, 6)), urls: [url], ...QUICK });
  const rows: number[] = [];
  const read = async () => {
    for await (const { row } of run) rows.push(row);
  };
  const [summary] = await Promise.all([run.summary(), read()]);
  expect([rows.length, summary.rows.ok]).toEqual([6, 6]);
});

test('replay() sums up inside a loop, which then goes on', async () => {
  const { url } = await serve();
  const run = replay({ trace: traceOf(rowsEvery(5, 6)), urls: [url], ...QUICK });
  let rows = 0;
  for await (const _record of run) {
    if (rows++ === 0) expect((await run.summary()).rows.ok).toBe(6);
  }
  expect(rows).toBe(6);
});

test('replay() sums up what a loop has left, and is then stopped', async () => {
  const { url } = await serve();
  const run = replay({ trace: traceOf(rowsEvery(20, 200)), urls: [url], ...QUICK });
  for await (const { row } of run) if (row === 2) break;
  const { status, rows } = await run.summary();
  expect(status).toBe('stopped');
  expect(rows.total).toBe(200);
  expect(rows.not_sent).toBeGreaterThan(100);
});

const unstartable: [why: string, options: object, error: string][] = [
  ['a trace that is not there', { trace: 'no/such.jsonl' }, 'no/such.jsonl'],
  ['options that contradict', { prompt: 'token-ids' }, 'Cannot send token ids'],
  ['objectives that cannot be read', { goodput: 'ttft:1' }, 'metric is "ttft"'],
];

test.each(unstartable)('replay() rejects loop and summary() for %s', async (_why, more, error) => {
  const options = { trace: traceOf(rowsEvery(5, 2)), urls: ['http://127.0.0.1:1'], ...more };
  const run = replay(options);
  // Nothing is unhandled while nobody has asked yet: vitest fails on that.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(run[Symbol.asyncIterator]().next()).rejects.toThrow(error);
  await expect(run.summary()).rejects.toThrow(error);
});

type Phase = [
  phase: string,
  ended: 'at the first event' | 'at once' | 'soon',
  on: ReplayEvent['kind'] | undefined,
  more: Partial<ReplayOptions>,
  sent: number,
];

/** Ten rows a second apart, the first answered after 600 ms: one is in flight, nine are not due. */
const phases: Phase[] = [
  ['has begun', 'at once', undefined, {}, 0],
  ['reads the trace', 'soon', undefined, {}, 0],
  [
    'waits for a model',
    'at the first event',
    'waiting-for-model',
    { urls: ['http://127.0.0.1:1'] },
    0,
  ],
  ['has found the model', 'at the first event', 'model-found', {}, 0],
  ['warms up', 'at the first event', 'warm-up-started', { warmUpRequests: 40 }, 0],
  ['has warmed up', 'at the first event', 'warm-up-ended', { warmUpRequests: 1 }, 0],
  ['has set its zero', 'at the first event', 'started', {}, 0],
  ['sends', 'at the first event', 'request-dispatched', {}, 1],
];

const stops: [how: string, end: (run: Replay, signal: AbortController) => void, left: string][] = [
  ['its signal', (_run, signal) => signal.abort(new Error('enough')), 'aborted_inflight'],
  ['stop()', (run) => run.stop(), 'ok'],
  ['abort()', (run) => run.abort(), 'aborted_inflight'],
  [
    'its signal while it drains',
    (run, signal) => {
      run.stop();
      setTimeout(() => signal.abort(), 50);
    },
    'aborted_inflight',
  ],
];

test.each(stops)(
  'replay() gives every row a record when it is ended by %s',
  async (_how, end, left) => {
    const { url } = await serve({ latency: { ttftMs: 600, itlMs: 0 } });
    const trace = traceOf(rowsEvery(1000, 10));
    const endedIn = async ([phase, at, on, more, sent]: Phase) => {
      const signal = new AbortController();
      const events: string[] = [];
      const onEvent = ({ kind }: ReplayEvent) => {
        events.push(kind);
        if (kind === on) end(run, signal);
      };
      const options = { trace, urls: [url], ...QUICK, ...more };
      const run = replay(options, { signal: signal.signal, onEvent });
      if (at === 'at once') end(run, signal);
      if (at === 'soon') setImmediate(() => end(run, signal));
      const rows: number[] = [];
      for await (const { row } of run) rows.push(row);
      const summary = await run.summary();
      expect(
        rows.toSorted((a, b) => a - b),
        phase,
      ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(summarySchema.parse(summary)).toEqual(summary);
      const counts = { total: 10, not_sent: 10 - sent, ...(sent > 0 && { [left]: sent }) };
      expect(summary, phase).toMatchObject({ status: 'stopped', rows: counts });
      if (on !== undefined) expect(events.at(-1), phase).toBe(on);
    };
    await Promise.all(phases.map(endedIn));
  },
);

test('replay() ends with records when its signal is aborted before the call', async () => {
  const trace = traceOf(rowsEvery(5, 2));
  const run = replay({ trace, urls: ['http://127.0.0.1:1'] }, { signal: AbortSignal.abort() });
  const summary = await run.summary();
  expect(summary).toMatchObject({ status: 'stopped', rows: { total: 2, not_sent: 2 } });
  expect(summary.conditions).not.toHaveProperty('model');
  expect(summary.run).not.toHaveProperty('id');
});

test('replay() accounts for the rows read when it is stopped while it reads a long file', async () => {
  const trace = traceOf(rowsEvery(5, 10_000).map((row) => ({ ...row, input_length: 600 })));
  const firstPiece = readFileSync(trace)
    .subarray(0, 256 * 1024)
    .toString();
  const read = firstPiece.split('\n').length - 1;
  const parts = { signal: AbortSignal.abort() };
  for (const [limit, rows] of [
    [undefined, read],
    [5, 5],
  ]) {
    const run = replay({ trace, limit, urls: ['http://127.0.0.1:1'] }, parts);
    const outcomes = new Set<string>();
    for await (const { outcome } of run) outcomes.add(outcome);
    const summary = await run.summary();
    expect(summarySchema.parse(summary)).toEqual(summary);
    expect([...outcomes]).toEqual(['not_sent']);
    expect(summary).toMatchObject({ status: 'stopped', rows: { total: rows, not_sent: rows } });
    expect(summary.conditions.trace.rows).toBe(read);
    expect(summary.conditions.trace).not.toHaveProperty('sha256');
  }
});

test('replay() ends with no record when it is stopped before a row that it would send', async () => {
  const trace = traceOf(rowsEvery(5, 10_000).map((row) => ({ ...row, input_length: 600 })));
  const options = { trace, startOffsetMs: 40_000, urls: ['http://127.0.0.1:1'] };
  const run = replay(options, { signal: AbortSignal.abort() });
  for await (const record of run) expect(record).toBeUndefined();
  const { status, rows } = await run.summary();
  expect({ status, rows }).toMatchObject({ status: 'stopped', rows: { total: 0, not_sent: 0 } });
});

test('replay() sends rows to several targets in turn', async () => {
  const [first, second] = [await serve(), await serve()];
  const urls = [first.url, second.url];
  const trace = traceOf(rowsEvery(5, 9));
  const records = await collect({ trace, urls, serverDetails: 'off' });
  expect(records.map(({ target }) => target)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
  expect(first.journal().requests).toHaveLength(5);
  expect(second.journal().requests).toHaveLength(4);
});

/** Digests of the bodies that a server received, in the order of rows. */
async function bodiesOf(options: Partial<ReplayOptions>): Promise<(string | undefined)[]> {
  const server = await serve();
  const trace = traceOf(rowsEvery(2, 12));
  await collect({ trace, urls: [server.url], serverDetails: 'off', ...options });
  const requests = [...server.journal().requests];
  const rowOf = ({ request_id: id = '' }) => Number(id.split('-').at(-1));
  return requests.sort((a, b) => rowOf(a) - rowOf(b)).map(({ body_sha256: digest }) => digest);
}

test('replay() sends the same bytes for the same trace, seed and flags', async () => {
  const [once, again, other] = [
    await bodiesOf({}),
    await bodiesOf({}),
    await bodiesOf({ seed: 1 }),
  ];
  expect(once).toEqual(again);
  expect(once.some((digest, row) => digest === other[row])).toBe(false);
  expect(new Set(once).size).toBe(12);
});

test('replay() sends token ids to completions', async () => {
  const { url } = await serve();
  const records = await collect({
    trace: traceOf(rowsEvery(2, 3)),
    urls: [url],
    endpoint: 'completions',
    prompt: 'token-ids',
  });
  expect(records.map(({ prompt_tokens: tokens }) => tokens)).toEqual([600, 601, 602]);
});

test('replay() warms up first, in no record', async () => {
  const server = await serve();
  const events: string[] = [];
  const records = await collect(
    {
      trace: traceOf(rowsEvery(5, 3)),
      urls: [server.url],
      serverDetails: 'off',
      warmUpRequests: 6,
      warmUpConcurrency: 2,
      warmUpInputLength: 50,
      warmUpOutputLength: 4,
    },
    ({ kind }) => events.push(kind),
  );
  expect(records).toHaveLength(3);
  const prompts = server.journal().requests.map(({ prompt_tokens: tokens }) => tokens);
  expect(prompts.slice(0, 6)).toEqual([53, 53, 53, 53, 53, 53]);
  expect(events.slice(0, 4)).toEqual([
    'model-found',
    'warm-up-started',
    'warm-up-ended',
    'started',
  ]);
});

test('replay() asks for server details, and gives up on a server that refuses them', async () => {
  const trace = traceOf(rowsEvery(2, 2));
  const given = await serve();
  const [record] = await collect({ trace, urls: [given.url] });
  expect(record?.decode_worker_id).toMatch(/^\d{16,}$/);
  expect(record?.server_timing).toHaveProperty('total_time_ms');

  const refused = await serve({
    scenario: [{ nth: [1], scenario: { kind: 'refuses', status: 400, message: 'no nvext' } }],
  });
  const events: ReplayEvent[] = [];
  const records = await collect({ trace, urls: [refused.url] }, (event) => events.push(event));
  expect(events.find(({ kind }) => kind === 'server-details')).toMatchObject({ used: false });
  expect(records.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(records[0]).not.toHaveProperty('decode_worker_id');
});

test('startRun() sums the digests of what it sent, whatever the order', async () => {
  const { url } = await serve();
  const digests: string[] = [];
  for (const speedup of [1, 4]) {
    const plan = await planReplay({ trace: traceOf(rowsEvery(5, 20)), urls: [url], speedup });
    const run = startRun(await makeReady(plan));
    for await (const record of run) expect(record.outcome).toBe('ok');
    const { count, digest } = run.bodies();
    expect(count).toBe(20);
    digests.push(digest);
  }
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(digests[0]).toBe(digests[1]);
});

test('startRun() sends the same bytes and rows with three senders as with one', async () => {
  const runs = await Promise.all(
    [1, 3].map(async (workers) => {
      const { url } = await serve();
      const plan = await planReplay({ trace: traceOf(rowsEvery(5, 20)), urls: [url], workers });
      const run = startRun(await makeReady(plan));
      const rows: unknown[] = [];
      for await (const { row, outcome, due_ns: dueNs, output_tokens: tokens } of run) {
        rows[row] = { outcome, dueNs, tokens };
      }
      return { rows, digest: run.bodies().digest };
    }),
  );
  expect(runs[0]?.rows).toHaveLength(20);
  expect(runs[1]).toEqual(runs[0]);
});

test('startRun() gives a record for every row when a sender dies, and then fails', async () => {
  const { url } = await serve({ latency: { ttftMs: 1000, itlMs: 0 } });
  const plan = await planReplay({ trace: traceOf(rowsEvery(10, 40)), urls: [url], workers: 2 });
  const ready = await makeReady({ ...plan, options: { ...plan.options, drainSeconds: 0 } });
  // A target that is not there is a bug of ours, and ends the thread that meets it first.
  const run = startRun({ ...ready, sending: { ...ready.sending, targets: [] } });
  const records: RequestRecord[] = [];
  const read = async () => {
    for await (const record of run) records.push(record);
  };
  await expect(read()).rejects.toThrow('No target');
  expect(new Set(records.map(({ row }) => row)).size).toBe(40);
  expect(records.map(({ outcome }) => outcome)).not.toContain('ok');
});

test('startRun() asks for the zero when senders and first bodies are ready', async () => {
  const { url } = await serve();
  const plan = await planReplay({ trace: traceOf(rowsEvery(5, 20)), urls: [url], workers: 2 });
  // No time in which a thread could start and rehearse, or its last row would be late, too.
  const agreeOnZero = () => Promise.resolve(zeroIn(20));
  const least = [Infinity, Infinity];
  for await (const { row, due_ns: dueNs, sent_ns: sentNs = Infinity } of startRun(
    await makeReady(plan),
    { agreeOnZero },
  )) {
    least[row % 2] = Math.min(least[row % 2] ?? NaN, sentNs - dueNs);
  }
  expect(Math.max(...least)).toBeLessThan(50e6);
});

test('startRun() does not watch itself while it waits for a zero that lies ahead', async () => {
  const { url } = await serve();
  const plan = await planReplay({ trace: traceOf(rowsEvery(5, 3)), urls: [url] });
  const run = startRun(await makeReady(plan), { agreeOnZero: () => Promise.resolve(zeroIn(4000)) });
  let endNs = 0;
  for await (const { end_ns: atNs } of run) endNs = Math.max(endNs, atNs ?? 0);
  const { loops, host } = run.readings() ?? {};
  for (const { observed_ms: observedMs = Infinity } of [loops ?? {}, host ?? {}]) {
    expect(observedMs).toBeGreaterThan(endNs / 1e6);
    expect(observedMs).toBeLessThan(3500);
  }
});

const withoutZero: [
  why: string,
  agreeOnZero: (signal: AbortSignal) => Promise<undefined>,
  fails: string | undefined,
][] = [
  ['there is no zero', () => Promise.reject(new Error('The others do not come')), 'do not come'],
  [
    'it is aborted before there is a zero',
    (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
    undefined,
  ],
];

test.each(withoutZero)('startRun() sends nothing when %s', async (_why, agreeOnZero, fails) => {
  const server = await serve();
  // The second row waits for the zero before its body is built.
  const plan = await planReplay({ trace: traceOf(rowsEvery(10_000, 3)), urls: [server.url] });
  const ready = await makeReady({ ...plan, options: { ...plan.options, serverDetails: 'off' } });
  const before = server.journal().requests.length;
  const run = startRun(ready, {
    agreeOnZero(signal) {
      setImmediate(() => fails ?? run.abort());
      return agreeOnZero(signal);
    },
  });
  const records: RequestRecord[] = [];
  const read = async () => {
    for await (const record of run) records.push(record);
  };
  if (fails === undefined) await read();
  else await expect(read()).rejects.toThrow(fails);
  expect(run.zero).toBeUndefined();
  expect(records.map(({ outcome }) => outcome)).toEqual(Array(3).fill('not_sent'));
  expect(server.journal().requests).toHaveLength(before);
});

test('startRun() does not ask for a zero once it is aborted', async () => {
  const { url } = await serve();
  const options = { trace: traceOf(rowsEvery(10_000, 3)), urls: [url] };
  const asked: boolean[] = [];
  // Before, while and after its threads become ready.
  for (let abortMs = 0; abortMs <= 400; abortMs += 80) {
    const run = startRun(await makeReady(await planReplay(options)), {
      agreeOnZero(signal) {
        asked.push(signal.aborted);
        return Promise.reject(new Error('aborted'));
      },
    });
    setTimeout(() => run.abort(), abortMs);
    try {
      for await (const { outcome } of run) expect(outcome).toBe('not_sent');
    } catch (error) {
      expect(error).toMatchObject({ message: 'aborted' });
    }
  }
  expect(asked).not.toContain(true);
});

test('startRun() connects ahead of the due time', async () => {
  const { url } = await serve();
  const records = await collect({ trace: traceOf(rowsEvery(40, 10)), urls: [url] });
  const opened = records.filter((record) => record.socket_new === true);
  expect(opened.length).toBeGreaterThan(0);
  for (const { connected_ns: connectedNs = Infinity, due_ns: dueNs } of opened) {
    expect(connectedNs).toBeLessThan(dueNs);
  }
});

test('startRun() holds no more bodies than its window and still sends every row in time', async () => {
  const { url } = await serve();
  const plan = await planReplay({ trace: traceOf(rowsEvery(5, 60)), urls: [url] });
  const run = startRun(await makeReady(plan), { windowBytes: 8000 });
  let rows = 0;
  for await (const { outcome } of run) if (outcome === 'ok') rows++;
  expect(rows).toBe(60);
});

test('a server that is stopped does not slow the sending', async () => {
  const { url } = await serve({ latency: { ttftMs: 1500, itlMs: 0 } });
  const records = await collect({ trace: traceOf(rowsEvery(10, 80)), urls: [url] });
  const lastSentNs = Math.max(...records.map(({ sent_ns: at = Infinity }) => at));
  const firstContentNs = Math.min(...records.map(({ content_ns: [at] = [0] }) => at ?? 0));
  expect(lastSentNs).toBeLessThan(firstContentNs);
});
