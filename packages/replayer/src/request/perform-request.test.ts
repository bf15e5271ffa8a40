import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { createMockServer } from '@trace-replay/mock';
import { recordSchema, type RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { createConnections } from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import { createClock, nodeTimers, zeroIn } from '../time/clock.ts';
import { performRequest } from './perform-request.ts';
import {
  DEADLINES,
  perform,
  type Scenario,
  send,
  tell,
  WHOLE_ANSWER,
  withListener,
} from '../test/perform-request.ts';

const faults: [fault: string, scenario: Scenario, expected: string][] = [
  ['a healthy answer', { kind: 'healthy' }, 'ok 4 tokens'],
  ['1b FIN before headers', { kind: 'cuts', at: 'before-headers' }, 'failed reset'],
  ['1b RST before headers', { kind: 'cuts', at: 'before-headers', how: 'rst' }, 'failed reset'],
  ['4a FIN after headers', { kind: 'cuts', at: 'after-headers' }, 'failed truncated'],
  ['4a RST after headers', { kind: 'cuts', at: 'after-headers', how: 'rst' }, 'failed truncated'],
  ['4a FIN mid event', { kind: 'cuts', at: 'mid-event' }, 'failed truncated'],
  ['4a RST mid event', { kind: 'cuts', at: 'mid-event', how: 'rst' }, 'failed truncated'],
  [
    '4a FIN between events',
    { kind: 'cuts', at: 'after-tokens', afterTokens: 2 },
    'failed truncated',
  ],
  [
    '4b FIN after finish reason',
    { kind: 'cuts', at: 'after-finish' },
    'ok 4 tokens done_missing lost_after_finish usage_missing',
  ],
  [
    '4b FIN before [DONE]',
    { kind: 'cuts', at: 'before-done' },
    'ok 4 tokens done_missing lost_after_finish',
  ],
  ['4c FIN after [DONE]', { kind: 'cuts', at: 'after-done' }, 'ok 4 tokens lost_after_finish'],
  ['4c no end after [DONE]', { kind: 'stalls', at: 'after-done' }, 'ok 4 tokens ended_by_us'],
  [
    '5a short content-length',
    { kind: 'cuts', at: 'after-tokens', framing: 'content-length' },
    'failed truncated',
  ],
  [
    '5b close-delimited body ended by FIN',
    { kind: 'cuts', at: 'after-tokens', framing: 'close' },
    'failed truncated',
  ],
  [
    '5b close-delimited body ended by RST',
    { kind: 'cuts', at: 'after-tokens', framing: 'close', how: 'rst' },
    'failed truncated',
  ],
  ['5c bad chunk size', { kind: 'misframes', as: 'bad-chunk-size' }, 'failed malformed'],
  ['5c not HTTP', { kind: 'misframes', as: 'not-http' }, 'failed malformed'],
  ['5c over-long header', { kind: 'misframes', as: 'long-header' }, 'failed malformed'],
  ['5d 103 before 200', { kind: 'misframes', as: 'early-hints' }, 'ok 4 tokens'],
  ['5d unasked 100', { kind: 'misframes', as: 'unasked-100' }, 'failed malformed'],
  ['5e gzip', { kind: 'mislabels', as: 'gzip' }, 'failed malformed'],
  ['5e JSON content type', { kind: 'mislabels', as: 'json' }, 'failed malformed'],
  ['5e HTML content type', { kind: 'mislabels', as: 'html' }, 'failed malformed'],
  ['6a byte by byte', { kind: 'dribbles' }, 'ok 4 tokens'],
  [
    '6b silence before headers',
    { kind: 'stalls', at: 'before-headers' },
    'failed timed_out first_token',
  ],
  [
    '6b silence after headers',
    { kind: 'stalls', at: 'after-headers' },
    'failed timed_out first_token',
  ],
  [
    '6b silence after a token',
    { kind: 'stalls', at: 'after-tokens' },
    'failed timed_out between_tokens',
  ],
  ['6b endless stream', { kind: 'drags', everyMs: 100 }, 'failed timed_out total'],
  [
    'silence after the finish',
    { kind: 'stalls', at: 'after-finish' },
    'ok 4 tokens done_missing ended_by_us usage_missing',
  ],
  ['8a JSON error body', { kind: 'mislabels', as: 'json-error' }, 'failed in_stream_error'],
  ['8b error event', { kind: 'errors', form: 'data' }, 'failed in_stream_error'],
  ['8b error and an ending', { kind: 'errors', form: 'data-continues' }, 'failed in_stream_error'],
  ['8b event: error, end', { kind: 'errors', form: 'event-ends' }, 'failed in_stream_error'],
  [
    '8b event: error, goes on',
    { kind: 'errors', form: 'event-continues' },
    'failed in_stream_error',
  ],
  ['8b worker killed', { kind: 'loses-worker' }, 'failed in_stream_error'],
  ['8c no usage', { kind: 'withholds', what: 'usage' }, 'ok 4 tokens usage_missing'],
  ['8c usage without content', { kind: 'withholds', what: 'content' }, 'failed no_tokens'],
  ['8c role and finish only', { kind: 'withholds', what: 'content-and-usage' }, 'failed no_tokens'],
  ['8d stop', { kind: 'finishes', reason: 'stop' }, 'ok 4 tokens'],
  ['8d abort', { kind: 'finishes', reason: 'abort' }, 'failed truncated'],
  ['8d unknown word', { kind: 'finishes', reason: 'boredom' }, 'ok 4 tokens finish_reason_unknown'],
  ['8d no finish reason', { kind: 'finishes', reason: null }, 'failed truncated'],
  ['8e fewer tokens', { kind: 'miscounts', by: -1 }, 'ok 3 tokens mismatch'],
  ['8e more tokens', { kind: 'miscounts', by: 1 }, 'ok 5 tokens mismatch'],
  ['8f duplicate [DONE]', { kind: 'repeats', what: 'done' }, 'ok 4 tokens data_after_done'],
  [
    '8f data after [DONE]',
    { kind: 'repeats', what: 'chunk-after-done' },
    'ok 4 tokens data_after_done',
  ],
  ['[DONE] missing', { kind: 'withholds', what: 'done' }, 'ok 4 tokens done_missing'],
  ['8h invalid JSON', { kind: 'garbles', as: 'invalid-json' }, 'failed malformed'],
  ['9a 400', { kind: 'refuses', status: 400 }, 'failed http_status 400'],
  ['9a 404', { kind: 'refuses', status: 404 }, 'failed http_status 404'],
  ['9a 413', { kind: 'refuses', status: 413 }, 'failed http_status 413'],
  ['9a 422', { kind: 'refuses', status: 422 }, 'failed http_status 422'],
  ['9a 500', { kind: 'refuses', status: 500 }, 'failed http_status 500'],
  ['9a 529', { kind: 'refuses', status: 529 }, 'failed http_status 529'],
  [
    '9b 503 with Retry-After',
    { kind: 'refuses', status: 503, retryAfterS: 1 },
    'failed http_status 503',
  ],
  ['9c redirect', { kind: 'refuses', status: 307, location: '/' }, 'failed http_status 307'],
  ['9d 401', { kind: 'refuses', status: 401 }, 'failed http_status 401'],
];

/** Short only where one of them is to pass: a busy machine is no fault of the server's. */
function deadlinesFor(scenario: Scenario): Deadlines {
  const kind = 'kind' in scenario ? scenario.kind : undefined;
  if (kind === 'stalls') return DEADLINES;
  return { totalMs: kind === 'drags' ? 2000 : 30_000 };
}

test.concurrent.each(faults)('performRequest() records %s', async (_fault, scenario, expected) => {
  const [record] = await perform({ scenario }, { deadlines: deadlinesFor(scenario) });
  expect(recordSchema.parse(record)).toEqual(record);
  expect(tell(record as RequestRecord)).toBe(expected);
});

const silent = () => undefined;
const unconnected: [fault: string, url: (port: number) => string, expected: string][] = [
  ['1a a refused connection', () => 'http://127.0.0.1:1', 'failed refused'],
  ['2a a name that does not exist', () => 'http://nowhere.invalid', 'failed dns'],
  [
    '3 TLS to a server that is silent',
    (port) => `https://127.0.0.1:${port}`,
    'failed timed_out connect',
  ],
];

test.each(unconnected)('performRequest() records %s', async (_fault, url, expected) => {
  const [record] = await withListener(silent, (port) => send(url(port)));
  expect(tell(record as RequestRecord)).toBe(expected);
  expect(record).not.toHaveProperty('sent_ns');
});

test('performRequest() records 1c a SYN that is dropped as timed_out in connect', async () => {
  // A process that is stopped accepts nobody; once its queue is full, the kernel drops what comes.
  const script = `
    const server = require('net').createServer().listen(0, '127.0.0.1', 1, () => {
      process.stdout.write(server.address().port + '\\n', () => process.kill(process.pid, 'SIGSTOP'));
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  try {
    const port = await new Promise<number>((resolve) => {
      child.stdout.once('data', (text) => resolve(Number(text)));
    });
    await setTimeout(100);
    for (let connects = true; connects && sockets.length < 16;) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      connects = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        void setTimeout(300).then(() => resolve(false));
      });
    }
    const [record] = await send(`http://127.0.0.1:${port}`);
    expect(tell(record as RequestRecord)).toBe('failed timed_out connect');
    expect(record).toHaveProperty('connect_started_ns');
    expect(record).not.toHaveProperty('connected_ns');
  } finally {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  }
});

test('performRequest() records 2b a name that was resolved before the start, and asks no more', async () => {
  const server = await createMockServer();
  const { port } = new URL(server.url);
  const address = { address: '127.0.0.1', family: 4 } as const;
  try {
    const records = await send(`http://nowhere.invalid:${port}`, { requests: 2, address });
    expect(records.map(tell)).toEqual(['ok 4 tokens', 'ok 4 tokens']);
  } finally {
    await server.stop();
  }
});

test('performRequest() does not use a socket again on which the answer had no end', async () => {
  const records = await perform(
    { scenario: { kind: 'stalls', at: 'after-done' } },
    { requests: 2 },
  );
  expect(records.map(tell)).toEqual(['ok 4 tokens ended_by_us', 'ok 4 tokens ended_by_us']);
  expect(records.map(({ socket_new: isNew }) => isNew)).toEqual([true, true]);
});

test('performRequest() records 11 a socket closed as it is used again as reset, and as used', async () => {
  let requests = 0;
  const closeOnSecond = (socket: Socket) =>
    socket.on('data', () => {
      requests++;
      if (requests === 1) socket.write(WHOLE_ANSWER);
      else socket.destroy();
    });
  const [first, second] = await withListener(closeOnSecond, (port) =>
    send(`http://127.0.0.1:${port}`, { requests: 2, outputTokens: 1 }),
  );
  expect(tell(first as RequestRecord)).toBe('ok 1 tokens');
  expect(tell(second as RequestRecord)).toBe('failed reset');
  expect(second).toMatchObject({ socket_new: false });
  // Neither repeated nor sent twice.
  expect(requests).toBe(2);
});

test('performRequest() records 8i an event above the cap as malformed', async () => {
  const scenario = { kind: 'garbles', as: 'oversized', bytes: 2 ** 24 + 1 } as const;
  const [record] = await perform({ scenario }, { deadlines: {} });
  expect(tell(record as RequestRecord)).toBe('failed malformed');
});

test('performRequest() keeps no terminal escape or half character of an error text', async () => {
  const message = '\u001b[2J\ud83d =cmd </script>\nBearer sk-1';
  const [record] = await perform({ scenario: { kind: 'errors', form: 'data', message } });
  expect(tell(record as RequestRecord)).toBe('failed in_stream_error');
  expect(record?.failure?.message).toBe('[2J =cmd </script> Bearer [redacted]');
});

test('performRequest() records TLS to a server that speaks plain HTTP as tls', async () => {
  const answer = (socket: Socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n'));
  const [record] = await withListener(answer, (port) => send(`https://127.0.0.1:${port}`));
  expect(tell(record as RequestRecord)).toBe('failed tls');
  expect(record?.failure?.code).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
});

test('performRequest() tells a new socket from one that is used again', async () => {
  const [first, second] = await perform({}, { requests: 2 });
  expect(first).toMatchObject({ socket_new: true, connected_ns: expect.any(Number) as number });
  expect(second).toMatchObject({ socket_new: false });
  expect(second).not.toHaveProperty('connected_ns');
});

test('performRequest() opens a new socket when the server has closed the idle one', async () => {
  const records = await perform({ keepAliveMs: 30 }, { requests: 3, pauseMs: 1500 });
  expect(records.map(tell)).toEqual(['ok 4 tokens', 'ok 4 tokens', 'ok 4 tokens']);
});

test('performRequest() opens as many sockets as there are requests at once', async () => {
  const records = await perform({}, { requests: 40, atOnce: true });
  expect(records.every(({ socket_new: isNew }) => isNew)).toBe(true);
  expect(records.some((record) => 'socket_wait_ns' in record)).toBe(false);
});

test('performRequest() records how long it waited for one of the sockets allowed', async () => {
  const records = await perform(
    { latency: { ttftMs: 100, itlMs: 0 } },
    { requests: 3, atOnce: true, maxConnections: 1 },
  );
  const waitsMs = records.map((record) => Math.floor((record.socket_wait_ns ?? 0) / 1e6));
  expect(records.map(tell)).toEqual(['ok 4 tokens', 'ok 4 tokens', 'ok 4 tokens']);
  expect(waitsMs[0]).toBe(0);
  expect(waitsMs[1]).toBeGreaterThanOrEqual(99);
  expect(waitsMs[2]).toBeGreaterThanOrEqual(199);
});

test('performRequest() stamps in the order in which things happen', async () => {
  const [record] = await perform({}, { promptWords: 200_000 });
  const { dispatched_ns, connect_started_ns, connected_ns, sent_ns, flushed_ns } = record ?? {};
  const { headers_ns, content_ns = [], end_ns } = record ?? {};
  const stamps = [dispatched_ns, connect_started_ns, connected_ns, sent_ns, flushed_ns, headers_ns];
  const instants = [...stamps, ...content_ns, end_ns];
  expect(instants.every(Number.isSafeInteger)).toBe(true);
  expect(instants).toEqual([...instants].sort((a = 0, b = 0) => a - b));
  expect(content_ns).toHaveLength(4);
});

test('performRequest() gives the memory of a body back once the kernel has it', async () => {
  const body = Buffer.allocUnsafeSlow(1_000_000).fill(32);
  body.write(
    '{"model":"mock-model","max_tokens":1,"stream":true,"messages":[{"role":"user","content":"a"}]}',
  );
  const server = await createMockServer({ latency: { ttftMs: 200, itlMs: 0 } });
  const clock = createClock(zeroIn(0));
  const connections = createConnections({ origin: server.url }, { clock });
  try {
    const ended = new Promise<RequestRecord>((resolve) => {
      performRequest(
        { row: 0, dueNs: 0, inputTokens: 1, outputTokens: 1, target: 0, body },
        resolve,
        {
          connections,
          path: '/v1/chat/completions',
          headers: { 'content-type': 'application/json' },
          exactLength: true,
          clock,
          timers: nodeTimers,
          deadlines: {},
        },
      );
    });
    await setTimeout(150);
    expect(body.byteLength).toBe(0);
    expect(await ended).toMatchObject({ outcome: 'ok', body_bytes: 1_000_000 });
  } finally {
    connections.destroy();
    await server.stop();
  }
});
