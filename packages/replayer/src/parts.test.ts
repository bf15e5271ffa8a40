import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { createMockServer, type MockServer } from '@trace-replay/mock';
import { type RequestRecord, summarySchema } from '@trace-replay/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { WritePrompt } from './body/own-prompts.ts';
import { takeTransport } from './client/take-transport.ts';
import type { CreateTransport } from './client/transport.ts';
import { OptionsError } from './errors/errors.ts';
import { type LibraryOptions, replay, type ReplayParts } from './replay.ts';
import type { ReplayClock } from './time/clock.ts';
import type { GivenRow } from './trace/source.ts';

let directory: string;
let mock: MockServer;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'trace-replay-'));
  mock = await createMockServer({ latency: { ttftMs: 5, itlMs: 10 } });
});

afterAll(async () => {
  await mock.stop();
  rmSync(directory, { recursive: true });
});

const QUICK = { serverDetails: 'off' } as const;

const ROWS: readonly GivenRow[] = [
  { timestampMs: 500, inputLength: 600, outputLength: 2, hashIds: [7, 2n ** 60n] },
  { timestampMs: 510, inputLength: 40, outputLength: 3 },
  { timestampMs: 510.5, inputLength: 513, outputLength: 1, hashIds: [7, 8] },
];

/** The same as a trace file has them. */
const LINES = [
  '{"timestamp": 500, "input_length": 600, "output_length": 2, "hash_ids": [7, 1152921504606846976]}',
  '{"timestamp": 510, "input_length": 40, "output_length": 3}',
  '{"timestamp": 510.5, "input_length": 513, "output_length": 1, "hash_ids": [7, 8]}',
];

async function* later<T>(values: Iterable<T>) {
  for (const value of values) yield await Promise.resolve(value);
}

async function play(options: LibraryOptions, parts: ReplayParts = {}) {
  const records: RequestRecord[] = [];
  const run = replay({ ...QUICK, ...options }, parts);
  for await (const record of run) records.push(record);
  return { records: records.toSorted((a, b) => a.row - b.row), summary: await run.summary() };
}

test.each([
  ['an array', () => ROWS],
  ['an async iterable', () => later(ROWS)],
])('replay() sends the bytes of a trace file for %s of its rows', async (_kind, rows) => {
  const trace = join(directory, 'same.jsonl');
  writeFileSync(trace, `${LINES.join('\n')}\n`);
  const [given, file] = [
    await play({ trace: rows(), urls: [mock.url] }),
    // A file has to say so: its gaps could be seconds.
    await play({ trace, urls: [mock.url], timeUnit: 'ms' }),
  ];
  expect(given.summary.rows).toMatchObject({ total: 3, ok: 3 });
  expect(given.records.map(({ due_ns: dueNs }) => dueNs)).toEqual([0, 10e6, 10.5e6]);
  expect(given.summary.bodies).toEqual(file.summary.bodies);
  expect(given.summary.conditions.trace).toEqual({
    ...file.summary.conditions.trace,
    file: '(rows)',
  });
});

const [first] = ROWS as [GivenRow];
const broken: [why: string, rows: () => Iterable<unknown>, message: string][] = [
  [
    'a field is missing',
    () => [first, { timestampMs: 600, inputLength: 5 }],
    'Cannot read trace "(rows)" line 2: "output_length" is missing',
  ],
  [
    'a number is none',
    () => [{ ...first, inputLength: NaN }],
    '"(rows)" line 1: "input_length" is',
  ],
  ['time goes back', () => [first, { ...first, timestampMs: 1 }], '"(rows)" line 2'],
  ['there are none', () => [], 'Cannot read trace "(rows)"'],
  [
    'they throw',
    function* () {
      yield first;
      throw new Error('The queue is gone');
    },
    'The queue is gone',
  ],
];

test.each(broken)('replay() rejects rows where %s', async (_why, rows, message) => {
  const trace = rows() as Iterable<GivenRow>;
  await expect(play({ trace, urls: [mock.url] })).rejects.toThrow(message);
});

test('replay() accounts for the rows it has taken when it is aborted while it waits for one', async () => {
  let isReturned = false;
  const abort = new AbortController();
  const endless: AsyncIterable<GivenRow> = {
    [Symbol.asyncIterator]() {
      const rows = ROWS[Symbol.iterator]();
      return {
        next: () => {
          const next = rows.next();
          if (next.done !== true) return Promise.resolve(next);
          setImmediate(() => abort.abort());
          return new Promise(() => undefined);
        },
        return() {
          isReturned = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
  const { records, summary } = await play(
    { trace: endless, urls: [mock.url] },
    { signal: abort.signal },
  );
  expect(records.map(({ row, outcome }) => [row, outcome])).toEqual([
    [0, 'not_sent'],
    [1, 'not_sent'],
    [2, 'not_sent'],
  ]);
  expect(summary).toMatchObject({ status: 'stopped', rows: { total: 3 } });
  expect(isReturned).toBe(true);
});

test('replay() ends with no record when it is aborted before the first row of a program', async () => {
  const abort = new AbortController();
  async function* never(): AsyncGenerator<GivenRow> {
    setImmediate(() => abort.abort());
    await new Promise(() => undefined);
    yield first;
  }
  for (const trace of [never(), ROWS, []]) {
    const { records, summary } = await play(
      { trace, urls: [mock.url], startOffsetMs: 100 },
      { signal: abort.signal },
    );
    expect(records).toEqual([]);
    expect(summarySchema.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({ status: 'stopped', rows: { total: 0 } });
    expect(summary.conditions.trace).toMatchObject({ file: '(rows)', rows: 0, selected_rows: 0 });
  }
});

/** Keeps the bodies of requests, and answers each with one token. */
async function listen(bodies: { messages?: { content: string }[]; prompt?: unknown }[]) {
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => (text += bytes.toString()));
    request.on('end', () => {
      if (request.method === 'GET') {
        response.end('{"data":[{"id":"m"}]}');
        return;
      }
      bodies.push(JSON.parse(text) as (typeof bodies)[number]);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const choice = { delta: { content: 'x' }, text: 'x', finish_reason: 'length' };
      response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

const prompts: [form: string, more: object, writePrompt: WritePrompt, sent: unknown[]][] = [
  [
    'a text of any characters',
    {},
    ({ index }) => `"${index}"\n\\ é 🙂`,
    [0, 1, 2].map((row) => ({ messages: [{ role: 'user', content: `"${row}"\n\\ é 🙂` }] })),
  ],
  [
    'a promise of a text',
    { endpoint: 'completions' },
    ({ inputLength }) => Promise.resolve(`${inputLength}`),
    [{ prompt: '600' }, { prompt: '40' }, { prompt: '513' }],
  ],
  [
    'token ids',
    { endpoint: 'completions', prompt: 'token-ids' },
    ({ index }) => [index, 9],
    [{ prompt: [0, 9] }, { prompt: [1, 9] }, { prompt: [2, 9] }],
  ],
];

test.each(prompts)('replay() sends %s as a prompt', async (_form, more, writePrompt, sent) => {
  const bodies: { messages?: { content: string }[]; prompt?: unknown }[] = [];
  const server = await listen(bodies);
  try {
    const { summary } = await play(
      { trace: ROWS, urls: [server.url], outputLength: 'cap', ...more },
      { writePrompt },
    );
    expect(summary.rows.ok).toBe(3);
    const bySize = bodies.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    for (const body of sent) expect(bySize).toContainEqual(expect.objectContaining(body));
    expect(summary.conditions.prompt_algorithm).toBe('own');
  } finally {
    server.stop();
  }
});

test('replay() gives records and rejects when a prompt has not the form asked for', async () => {
  const run = replay(
    { trace: ROWS, urls: [mock.url], ...QUICK },
    { writePrompt: ({ index }) => (index === 1 ? [1, 2] : 'text') },
  );
  const outcomes: string[] = [];
  const read = async () => {
    for await (const { outcome } of run) outcomes.push(outcome);
  };
  await expect(read()).rejects.toThrow(
    "Cannot send the program's prompt of row 1: it is a list, expected a text",
  );
  expect(outcomes).toHaveLength(3);
});

/** Time that passes so many times faster than the machine's. */
function fastClock(factor: number): ReplayClock {
  const nowNs = () => Number(process.hrtime.bigint()) * factor;
  const began = { unixMs: Date.UTC(2026, 0, 1), ns: nowNs() };
  return {
    nowNs,
    unixMs: () => began.unixMs + (nowNs() - began.ns) / 1e6,
    after(delayMs, call) {
      const timer = setTimeout(call, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}

const SLOW_ROWS = Array.from({ length: 11 }, (_, index) => ({
  timestampMs: 6000 * index,
  inputLength: 10,
  outputLength: 2,
}));

test('replay() waits and stamps by a clock of the program', async () => {
  const beganMs = performance.now();
  const { records, summary } = await play(
    { trace: SLOW_ROWS, urls: [mock.url] },
    { clock: fastClock(60) },
  );
  // A minute of the trace, and what the machine needs to start.
  expect(performance.now() - beganMs).toBeLessThan(20_000);
  expect(summary.rows.ok).toBe(11);
  for (const { due_ns: dueNs, sent_ns: sentNs = 0, end_ns: endNs = 0 } of records) {
    expect(sentNs).toBeGreaterThanOrEqual(dueNs);
    // The mock takes 15 ms of the machine.
    expect(endNs - sentNs).toBeGreaterThan(60 * 4e6);
  }
  expect(summary.duration_seconds).toBeGreaterThan(60);
  expect(summary.run.started_at).toMatch(/^2026-01-01T00:00/);
  expect(summary).not.toHaveProperty('fidelity');
});

test('replay() drains by a clock of the program', async () => {
  const slow = await createMockServer({ latency: { ttftMs: 60_000, itlMs: 0 } });
  const options = { trace: SLOW_ROWS, urls: [slow.url], drainSeconds: 30, ...QUICK };
  const run = replay(options, {
    clock: fastClock(60),
    onEvent: ({ kind }) => kind === 'request-dispatched' && run.stop(),
  });
  try {
    const { rows, duration_seconds: seconds } = await run.summary();
    expect(rows).toMatchObject({ total: 11, aborted_inflight: 1, not_sent: 10 });
    expect(seconds).toBeGreaterThan(30);
  } finally {
    await slow.stop();
  }
});

/** A module with a transport that answers every request itself, with as many tokens as asked. */
const ANSWERING = `
  export function createTransport({ origin }, clock) {
    const answer = ({ method, path, body }, exchange) => {
      const { max_tokens: tokens } = method === 'POST' ? JSON.parse(Buffer.from(body)) : {};
      const contentType = method === 'POST' ? 'text/event-stream' : 'application/json';
      const push = (text) => exchange.onBody(Buffer.from(text), clock.nowNs(), 0, text.length);
      exchange.onWrite(clock.nowNs());
      exchange.onFlushed(clock.nowNs());
      setTimeout(() => {
        if (origin.endsWith(':2') && method === 'POST') {
          exchange.onFailed({ error: new Error('cut by the transport'), isMalformed: false });
          return;
        }
        exchange.onHead({ status: 200, contentType }, clock.nowNs());
        if (method === 'GET') push('{"data":[{"id":"in-process"}]}');
        for (let token = 1; token <= tokens; token++) {
          const choice = { delta: { content: 'a' }, finish_reason: token === tokens ? 'length' : null };
          push('data: ' + JSON.stringify({ choices: [choice] }) + '\\n\\n');
        }
        exchange.onEnd();
      }, 5);
    };
    return {
      connect: () => ({
        open: () => undefined,
        prepare: (request, exchange) => ({ write: () => answer(request, exchange) }),
        close: () => undefined,
      }),
    };
  }
`;

/** @returns the URL of a module with this text */
function moduleOf(name: string, text: string): URL {
  const path = join(directory, name);
  writeFileSync(path, text);
  return pathToFileURL(path);
}

const transports: [kind: string, take: (url: URL) => Promise<CreateTransport | URL>][] = [
  ['a function', async (url) => (await takeTransport(url))?.create ?? url],
  ['a module', (url) => Promise.resolve(url)],
];

test.each(transports)(
  'replay() sends through %s, and asks for the model by it',
  async (_kind, take) => {
    const transport = await take(moduleOf('answering.mjs', ANSWERING));
    // Nobody listens on these ports.
    const urls = ['http://127.0.0.1:1', 'http://127.0.0.1:2'];
    const options = { trace: ROWS, urls, workers: 2, warmUpRequests: 2 };
    const { records, summary } = await play(options, { transport });
    expect(summary.conditions.model).toBe('in-process');
    expect(records.map(({ outcome, output_tokens }) => [outcome, output_tokens])).toEqual([
      ['ok', 2],
      ['failed', undefined],
      ['ok', 1],
    ]);
    expect(records[1]?.failure).toMatchObject({ message: 'cut by the transport' });
    expect(summary.fidelity).toBeDefined();
  },
);

const unusable: [why: string, transport: () => string | URL, message: string][] = [
  ['is not there', () => 'file:///no/such.mjs', 'Cannot import transport "file:///no/such.mjs"'],
  ['is no URL', () => './mine.mjs', 'Cannot import transport "./mine.mjs"'],
  [
    'exports no function',
    () => moduleOf('empty.mjs', 'export const createTransport = 1;'),
    '"createTransport" is number, expected a function',
  ],
];

test.each(unusable)('replay() rejects a module that %s', async (_why, transport, message) => {
  const options = { trace: ROWS, urls: [mock.url] };
  const played = play(options, { transport: transport() });
  await expect(played).rejects.toThrow(message);
  await expect(played).rejects.toBeInstanceOf(OptionsError);
});

test('replays of one process share nothing', async () => {
  const other = await createMockServer({ model: 'other', latency: { ttftMs: 15, itlMs: 12 } });
  const options: LibraryOptions[] = [
    { trace: ROWS, urls: [mock.url], runId: 'one', goodput: 'time_to_first_token:10000' },
    {
      ...{ trace: later(ROWS), urls: [other.url], runId: 'two', seed: 1, speedup: 0.25 },
      ...{ goodput: 'time_to_first_token:0.001', workers: 2, outputLength: 'cap' },
    },
  ];
  const bare = ({ records, summary }: Awaited<ReturnType<typeof play>>) => ({
    rows: records.map(({ row, due_ns, outcome, target, output_tokens_asked }) => {
      return { row, due_ns, outcome, target, output_tokens_asked };
    }),
    bodies: summary.bodies,
    good: summary.goodput?.good,
    conditions: summary.conditions,
    id: summary.run.id,
  });
  try {
    const together = await Promise.all(options.map((each) => play(each)));
    options[1] = { ...(options[1] as LibraryOptions), trace: later(ROWS) };
    const alone = [];
    for (const each of options) alone.push(await play(each));
    expect(together.map(bare)).toEqual(alone.map(bare));
    expect(together.map(({ summary }) => summary.goodput?.good)).toEqual([3, 0]);
    expect(together.map(({ summary }) => summary.conditions.model)).toEqual([
      'mock-model',
      'other',
    ]);
  } finally {
    await other.stop();
  }
});
