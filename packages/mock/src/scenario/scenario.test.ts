import { afterAll, beforeAll, expect, test } from 'vitest';

import { chatBody, exchangeRaw } from '../test/raw-client.ts';
import { scenarioSchema, type ScenarioInput } from './scenario.ts';
import { createMockServer, type MockServer } from '../server.ts';

// One server for the table: the scenario travels in a header of the test's own.
let server: MockServer;

beforeAll(async () => {
  server = await createMockServer({
    latency: { ttftMs: 1, itlMs: 1 },
    scenario: ({ headers }) => JSON.parse(String(headers['x-scenario'])) as ScenarioInput,
  });
});

afterAll(() => server.stop());

interface Wanted {
  readonly ended: 'fin' | 'rst' | 'open';
  /** What the bytes begin with. */
  readonly start?: string;
  /** Each of these is found after the one before. */
  readonly inOrder?: readonly string[];
  readonly absent?: readonly string[];
  /** What the bytes end with. */
  readonly end?: string | RegExp;
}

const OK = 'HTTP/1.1 200 OK\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';
const FIRST = '"content":" one"';
const SECOND = '"content":" two"';
const FOURTH = '"content":" four"';
const FINISH = '"finish_reason":"length"';
const USAGE = '"completion_tokens":4';
/** The last chunk of HTTP holds the beginning of an event and no line end. */
const MID_EVENT = /\r\ndata: \{"id"[^\n]+\r\n$/;
const DONE = 'data: [DONE]\n\n';

const table: [behaviour: string, scenario: ScenarioInput, wanted: Wanted][] = [
  [
    'healthy: a whole stream',
    { kind: 'healthy' },
    {
      ended: 'fin',
      start: OK,
      inOrder: ['text/event-stream', FIRST, SECOND, FOURTH, FINISH, USAGE, DONE],
      end: LAST_CHUNK,
    },
  ],
  ...[400, 401, 404, 422, 500, 503].map((status): [string, ScenarioInput, Wanted] => [
    `refuses with ${status}`,
    { kind: 'refuses', status },
    {
      ended: 'fin',
      start: `HTTP/1.1 ${status} `,
      inOrder: [`"code":${status}`],
      absent: ['data:'],
    },
  ]),
  [
    'refuses with 429 and a time to retry',
    { kind: 'refuses', status: 429, retryAfterS: 7 },
    { ended: 'fin', start: 'HTTP/1.1 429 ', inOrder: ['\r\nretry-after: 7\r\n'] },
  ],
  [
    'refuses as Dynamo does when overloaded',
    { kind: 'refuses', status: 529, message: 'Service temporarily overloaded' },
    {
      ended: 'fin',
      start: 'HTTP/1.1 529 <none>\r\n',
      inOrder: ['{"message":"Service temporarily overloaded","type":"Overloaded","code":529}'],
    },
  ],
  [
    'refuses with a redirect',
    { kind: 'refuses', status: 307, location: 'http://127.0.0.1:9/' },
    { ended: 'fin', start: 'HTTP/1.1 307 ', inOrder: ['location: http://127.0.0.1:9/\r\n'] },
  ],

  ...(['before-body', 'before-headers'] as const).flatMap((at) => [
    cuts({ at, how: 'fin' }, { ended: 'fin', start: '', end: '', absent: ['HTTP'] }),
    cuts({ at, how: 'rst' }, { ended: 'rst', start: '', end: '', absent: ['HTTP'] }),
  ]),
  ...(['fin', 'rst'] as const).flatMap((how) => [
    cuts(
      { at: 'after-headers', how },
      { ended: how, start: OK, end: '\r\n\r\n', absent: ['data'] },
    ),
    cuts({ at: 'mid-event', how }, { ended: how, inOrder: [FIRST], end: MID_EVENT }),
    cuts(
      { at: 'mid-event', how, afterTokens: 4 },
      { ended: how, inOrder: [FOURTH], absent: [USAGE], end: MID_EVENT },
    ),
    cuts(
      { at: 'after-tokens', how },
      { ended: how, inOrder: [FIRST], absent: [SECOND], end: '\n\n\r\n' },
    ),
    cuts({ at: 'after-finish', how }, { ended: how, inOrder: [FINISH], absent: [USAGE, DONE] }),
    cuts({ at: 'before-done', how }, { ended: how, inOrder: [FINISH, USAGE], absent: [DONE] }),
    cuts({ at: 'after-done', how }, { ended: how, inOrder: [DONE], end: `${DONE}\r\n` }),
  ]),
  cuts(
    { at: 'after-tokens', framing: 'content-length' },
    {
      ended: 'fin',
      inOrder: ['content-length: 2147483648\r\n', FIRST],
      absent: ['chunked', SECOND],
    },
  ),
  cuts(
    { at: 'after-tokens', framing: 'close' },
    {
      ended: 'fin',
      inOrder: ['close\r\n', FIRST],
      absent: ['chunked', 'content-length', SECOND],
      end: '\n\n',
    },
  ),
  cuts(
    { at: 'after-tokens', framing: 'close', how: 'rst' },
    { ended: 'rst', inOrder: [FIRST], absent: ['chunked', 'content-length', SECOND] },
  ),

  [
    'stalls before headers',
    { kind: 'stalls', at: 'before-headers' },
    { ended: 'open', end: '', absent: ['H'] },
  ],
  [
    'stalls after headers',
    { kind: 'stalls', at: 'after-headers' },
    { ended: 'open', start: OK, end: '\r\n\r\n' },
  ],
  [
    'stalls after the first token',
    { kind: 'stalls', at: 'after-tokens' },
    { ended: 'open', inOrder: [FIRST], absent: [SECOND], end: '\n\n\r\n' },
  ],
  [
    'stalls after the finish reason',
    { kind: 'stalls', at: 'after-finish' },
    { ended: 'open', inOrder: [FINISH], absent: [USAGE] },
  ],
  [
    'stalls after [DONE], without an end',
    { kind: 'stalls', at: 'after-done' },
    { ended: 'open', end: `${DONE}\r\n` },
  ],
  [
    'stalls for a while and then goes on',
    { kind: 'stalls', at: 'after-tokens', forMs: 60 },
    { ended: 'fin', inOrder: [FIRST, SECOND, FOURTH, FINISH, DONE], end: LAST_CHUNK },
  ],

  [
    'misframes: a chunk size that is none',
    { kind: 'misframes', as: 'bad-chunk-size' },
    { ended: 'fin', inOrder: [FIRST, '\r\nzz\r\n'], absent: [SECOND] },
  ],
  [
    'misframes: not HTTP',
    { kind: 'misframes', as: 'not-http' },
    { ended: 'fin', start: '+OK this is not HTTP\r\n', absent: ['HTTP/1.1'] },
  ],
  [
    'misframes: a header of 20 KB',
    { kind: 'misframes', as: 'long-header' },
    { ended: 'fin', start: OK, inOrder: [`x-long: ${'x'.repeat(20_480)}\r\n`, FIRST, DONE] },
  ],
  [
    'misframes: a 100 that nobody asked for',
    { kind: 'misframes', as: 'unasked-100' },
    { ended: 'fin', start: `HTTP/1.1 100 Continue\r\n\r\n${OK}`, inOrder: [FIRST, DONE] },
  ],
  [
    'misframes: early hints',
    { kind: 'misframes', as: 'early-hints' },
    {
      ended: 'fin',
      start: 'HTTP/1.1 103 Early Hints\r\n',
      inOrder: [`\r\n\r\n${OK}`, FIRST, DONE],
    },
  ],

  [
    'mislabels plain text as gzip',
    { kind: 'mislabels', as: 'gzip' },
    { ended: 'fin', inOrder: ['content-encoding: gzip\r\n', FIRST, DONE] },
  ],
  [
    'mislabels: JSON in place of a stream',
    { kind: 'mislabels', as: 'json' },
    { ended: 'fin', start: OK, inOrder: ['application/json', '"chat.completion"', USAGE] },
  ],
  [
    'mislabels: a page in place of a stream',
    { kind: 'mislabels', as: 'html' },
    { ended: 'fin', start: OK, inOrder: ['text/html', '<!doctype html>'] },
  ],
  [
    'mislabels: an error as the body of a 200',
    { kind: 'mislabels', as: 'json-error' },
    {
      ended: 'fin',
      start: OK,
      inOrder: ['application/json', '{"error":{"message":"Out of memory"'],
    },
  ],

  [
    'errors as data, then [DONE]',
    { kind: 'errors', form: 'data', message: 'boom' },
    {
      ended: 'fin',
      inOrder: [FIRST, 'data: {"error":{"message":"boom",', '"code":500}}\n\n', DONE],
      absent: [SECOND, FINISH],
      end: LAST_CHUNK,
    },
  ],
  [
    'errors as a named event with a comment, then ends without [DONE]',
    { kind: 'errors', form: 'event-ends', message: 'boom' },
    {
      ended: 'fin',
      inOrder: [FIRST, 'event: error\n: boom\n\n'],
      absent: [DONE, SECOND],
      end: LAST_CHUNK,
    },
  ],
  [
    'errors as a named event with a comment, and the stream goes on',
    { kind: 'errors', form: 'event-continues', message: 'boom' },
    { ended: 'fin', inOrder: [FIRST, 'event: error\n: boom\n\n', SECOND, FINISH, DONE] },
  ],
  [
    'errors as data, then ends as if nothing had been',
    { kind: 'errors', form: 'data-continues', message: 'boom' },
    { ended: 'fin', inOrder: [FIRST, '{"error":{"message":"boom"', SECOND, FINISH, USAGE, DONE] },
  ],
  [
    'errors before the first token',
    { kind: 'errors', form: 'data', message: 'boom', afterTokens: 0 },
    { ended: 'fin', inOrder: ['data: {"error":{"message":"boom"', DONE], absent: [FIRST] },
  ],
  [
    'loses its worker',
    { kind: 'loses-worker', afterTokens: 2 },
    {
      ended: 'fin',
      inOrder: [
        SECOND,
        '{"error":{"message":"Service temporarily unavailable","type":"service_unavailable","code":503}}',
        DONE,
      ],
      absent: [FINISH, USAGE],
    },
  ],

  [
    'garbles one event',
    { kind: 'garbles', as: 'invalid-json' },
    { ended: 'fin', inOrder: [FIRST, 'data: {"choices":[{"index":0,"delta":{\n\n', SECOND, DONE] },
  ],
  [
    'garbles: an event of the size asked for',
    { kind: 'garbles', as: 'oversized', bytes: 70_000 },
    { ended: 'fin', inOrder: [FIRST, `${'x'.repeat(70_000 - 48)}"}}]}\n\n`, SECOND, DONE] },
  ],

  ...['stop', 'abort', 'wandered_off'].map((reason): [string, ScenarioInput, Wanted] => [
    `finishes with ${reason}`,
    { kind: 'finishes', reason },
    { ended: 'fin', inOrder: [FOURTH, `"finish_reason":"${reason}"`, DONE], absent: [FINISH] },
  ]),
  [
    'finishes without a reason',
    { kind: 'finishes', reason: null },
    { ended: 'fin', inOrder: [FOURTH, USAGE, DONE], absent: ['"finish_reason":"'] },
  ],
  [
    'miscounts: fewer tokens than asked',
    { kind: 'miscounts', by: -3 },
    { ended: 'fin', inOrder: [FIRST, FINISH, '"completion_tokens":1', DONE], absent: [SECOND] },
  ],
  [
    'miscounts: more tokens than asked',
    { kind: 'miscounts', by: 2 },
    { ended: 'fin', inOrder: [FOURTH, '"content":" six"', FINISH, '"completion_tokens":6', DONE] },
  ],
  [
    'withholds usage',
    { kind: 'withholds', what: 'usage' },
    { ended: 'fin', inOrder: [FOURTH, FINISH, DONE], absent: ['usage'] },
  ],
  [
    'withholds content, but counts it',
    { kind: 'withholds', what: 'content' },
    { ended: 'fin', inOrder: [FINISH, USAGE, DONE], absent: ['"content"'] },
  ],
  [
    'withholds content and usage: role and finish only',
    { kind: 'withholds', what: 'content-and-usage' },
    { ended: 'fin', inOrder: ['"role":"assistant"', FINISH, DONE], absent: ['"content"', 'usage'] },
  ],
  [
    'withholds [DONE]',
    { kind: 'withholds', what: 'done' },
    { ended: 'fin', inOrder: [FINISH, USAGE], absent: [DONE], end: LAST_CHUNK },
  ],
  ['repeats [DONE]', { kind: 'repeats', what: 'done' }, { ended: 'fin', inOrder: [DONE, DONE] }],
  [
    'repeats: a chunk after [DONE]',
    { kind: 'repeats', what: 'chunk-after-done' },
    { ended: 'fin', inOrder: [DONE, FIRST], end: LAST_CHUNK },
  ],
];

/** A row for a cut connection, named by its own fields. */
function cuts(
  fields: Omit<Extract<ScenarioInput, { kind: 'cuts' }>, 'kind'>,
  wanted: Wanted,
): [string, ScenarioInput, Wanted] {
  const named = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  return [`cuts ${named.join(', ')}`, { kind: 'cuts', ...fields }, wanted];
}

test.each(table)('scenario %s', async (_behaviour, scenario, wanted) => {
  const { text, ended } = await exchangeRaw(server.port, {
    body: chatBody(),
    headers: { 'x-scenario': JSON.stringify(scenario) },
  });

  if (wanted.start !== undefined) expect(text.slice(0, wanted.start.length)).toBe(wanted.start);
  let at = 0;
  for (const part of wanted.inOrder ?? []) {
    expect(text.slice(at)).toContain(part);
    at = text.indexOf(part, at) + part.length;
  }
  for (const part of wanted.absent ?? []) expect(text).not.toContain(part);
  if (typeof wanted.end === 'string') expect(text.endsWith(wanted.end)).toBe(true);
  else if (wanted.end !== undefined) expect(text).toMatch(wanted.end);
  expect(ended).toBe(wanted.ended);
});

test('scenario withholds usage, also where it was asked for on every chunk', async () => {
  const { text } = await exchangeRaw(server.port, {
    body: chatBody({ stream_options: { include_usage: true, continuous_usage_stats: true } }),
    headers: { 'x-scenario': '{"kind":"withholds","what":"usage"}' },
  });
  expect(text).toContain(DONE);
  expect(text).not.toContain('usage');
});

test('scenario drags: tokens go on and on, far beyond what was asked for', async () => {
  const running = exchangeRaw(server.port, {
    body: chatBody({ max_tokens: 1 }),
    headers: { 'x-scenario': '{"kind":"drags","everyMs":20}', 'x-request-id': 'drag' },
    quietMs: 10_000,
  });
  const isRunning = () =>
    server
      .journal()
      .requests.some((entry) => entry.request_id === 'drag' && entry.tokens_sent >= 5);
  await expect.poll(isRunning, { timeout: 5_000 }).toBe(true);
  const { requests } = server.journal();
  expect(requests.find((entry) => entry.request_id === 'drag')?.outcome).toBeUndefined();
  await server.stop();
  const { text } = await running;
  expect(text.match(/"content"/g)!.length).toBeGreaterThanOrEqual(5);
  expect(text).not.toContain(FINISH);
});

test('scenario dribbles: the same bytes, in very many reads', async () => {
  const dribbling = await createMockServer({
    latency: { ttftMs: 1, itlMs: 1 },
    scenario: { kind: 'dribbles', everyMs: 0.5 },
  });
  const body = chatBody({ max_tokens: 1, stream_options: undefined });
  const { text, ended, reads } = await exchangeRaw(dribbling.port, { body });
  await dribbling.stop();
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*data: \[DONE\]\n\n\r\n0\r\n\r\n$/);
  expect(ended).toBe('fin');
  // One write a byte; a busy machine reads several of them at once.
  expect(reads).toBeGreaterThan(text.length / 10);
});

test('scenarioSchema refuses what it does not know', () => {
  expect(() => scenarioSchema.parse({ kind: 'cuts', at: 'nowhere' })).toThrow();
  expect(() => scenarioSchema.parse({ kind: 'sulks' })).toThrow();
});
