import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import type { RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { createClock, nodeTimers, zeroIn } from '../time/clock.ts';
import { countable } from '../request/countable.ts';
import { performRequest, prepareRequest } from '../request/perform-request.ts';
import { tell, WHOLE_ANSWER, withListener } from '../test/perform-request.ts';
import { createConnections } from './connections.ts';
import type { CreateTransport } from './transport.ts';

/** Long enough for everything on this machine that is under way. */
const SETTLE_MS = 60;

interface Stage {
  /** Sockets that the server has accepted, and the bytes that came over all of them. */
  readonly sockets: readonly Socket[];
  readonly received: () => string;
  /** A request, and what it said at its end. */
  readonly prepare: () => {
    readonly exchange: ReturnType<typeof prepareRequest>;
    readonly records: readonly RequestRecord[];
  };
  readonly clock: ReturnType<typeof createClock>;
}

/** A server that answers each request at once, and one socket that was opened ahead. */
async function onStage(
  act: (stage: Stage) => Promise<void>,
  { maxConnections }: { maxConnections?: number } = {},
): Promise<void> {
  const sockets: Socket[] = [];
  let received = '';
  const onSocket = (socket: Socket) => {
    sockets.push(socket);
    socket.on('data', (bytes) => {
      received += bytes.toString();
      socket.write(WHOLE_ANSWER);
    });
  };
  await withListener(onSocket, async (port) => {
    const clock = createClock(zeroIn(0));
    const connections = createConnections(
      { origin: `http://127.0.0.1:${port}` },
      { clock, maxConnections },
    );
    connections.expect();
    await setTimeout(SETTLE_MS);
    const prepare = () => {
      const records: RequestRecord[] = [];
      const exchange = prepareRequest(
        {
          ...{ row: 0, dueNs: 0, inputTokens: 1, outputTokens: 1, target: 0 },
          body: Buffer.from('{"a":1}'),
        },
        (record) => records.push(record),
        {
          ...{ connections, path: '/v1/completions', headers: {}, exactLength: true },
          ...{ clock, timers: nodeTimers, deadlines: {} },
        },
      );
      return { exchange, records };
    };
    try {
      await act({ sockets, received: () => received, prepare, clock });
    } finally {
      connections.destroy();
    }
  });
}

test('arm() sends nothing; start() sends head and body, and is the dispatch', async () => {
  await onStage(async ({ received, prepare, clock, sockets }) => {
    const { exchange, records } = prepare();
    exchange.arm();
    await setTimeout(SETTLE_MS);
    expect(received()).toBe('');
    const startedNs = clock.nowNs();
    exchange.start();
    await setTimeout(SETTLE_MS);
    expect(received()).toMatch(/^POST \/v1\/completions HTTP\/1\.1\r\n[^]*\r\n\r\n\{"a":1\}$/);
    expect(received().match(/content-length: 7\r\n/g)).toHaveLength(1);
    expect(records.map(tell)).toEqual(['ok 1 tokens']);
    const [{ dispatched_ns: dispatchedNs = 0, sent_ns: sentNs = 0, socket_new: isNew }] =
      records as [RequestRecord];
    expect(dispatchedNs).toBeGreaterThanOrEqual(startedNs);
    expect(sentNs).toBeGreaterThanOrEqual(dispatchedNs);
    expect(isNew).toBe(true);
    expect(sockets).toHaveLength(1);
  });
});

test('arm() takes a socket that has served before', async () => {
  await onStage(async ({ prepare, sockets }) => {
    const [first, second] = [prepare(), prepare()];
    first.exchange.start();
    await setTimeout(SETTLE_MS);
    second.exchange.arm();
    await setTimeout(SETTLE_MS);
    second.exchange.start();
    await setTimeout(SETTLE_MS);
    expect(second.records.map(tell)).toEqual(['ok 1 tokens']);
    expect(second.records).toMatchObject([{ socket_new: false }]);
    expect(sockets).toHaveLength(1);
  });
});

test.each(['end', 'resetAndDestroy'] as const)(
  'start() takes another socket when the server closed the armed one (%s)',
  async (how) => {
    await onStage(async ({ prepare, sockets }) => {
      const { exchange, records } = prepare();
      exchange.arm();
      await setTimeout(SETTLE_MS);
      sockets[0]?.[how]();
      await setTimeout(SETTLE_MS);
      expect(records).toEqual([]);
      exchange.start();
      await setTimeout(SETTLE_MS);
      expect(records.map(tell)).toEqual(['ok 1 tokens']);
      expect(records).toMatchObject([{ socket_new: true }]);
      expect(sockets).toHaveLength(2);
    });
  },
);

const unasked: [what: string, text: string][] = [
  ['a refusal', 'HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'],
  ['a whole answer', WHOLE_ANSWER],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n' +
      '38\r\ndata: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n\r\n',
  ],
  ['one byte', '\n'],
];

test.each(unasked)(
  'start() takes another socket when the armed one brought %s',
  async (_, text) => {
    await onStage(async ({ prepare, sockets, received }) => {
      const { exchange, records } = prepare();
      exchange.arm();
      await setTimeout(SETTLE_MS);
      sockets[0]?.write(text);
      await setTimeout(SETTLE_MS);
      expect(records).toEqual([]);
      exchange.start();
      await setTimeout(SETTLE_MS);
      expect(records.map(tell)).toEqual(['ok 1 tokens']);
      expect(received().match(/POST/g)).toHaveLength(1);
      expect(sockets).toHaveLength(2);
    });
  },
);

test.each(unasked)('start() takes another socket when the kept one brings %s', async (_, text) => {
  await onStage(async ({ prepare, sockets, received }) => {
    const [first, second] = [prepare(), prepare()];
    first.exchange.start();
    await setTimeout(SETTLE_MS);
    for (const socket of sockets) socket.write(text);
    second.exchange.arm();
    // The bytes are there before this loop has read them.
    await setTimeout(0);
    second.exchange.start();
    await setTimeout(SETTLE_MS);
    expect(second.records.map(tell)).toEqual(['ok 1 tokens']);
    expect(second.records.every((record) => countable(record) === record)).toBe(true);
    expect(received().match(/POST/g)?.length).toBeLessThanOrEqual(3);
  });
});

test('start() says nothing of the socket that was lost', async () => {
  await onStage(async ({ prepare, sockets }) => {
    const [armed, other] = [prepare(), prepare()];
    armed.exchange.arm();
    other.exchange.start();
    await setTimeout(SETTLE_MS);
    sockets[0]?.end();
    await setTimeout(SETTLE_MS);
    armed.exchange.start();
    await setTimeout(SETTLE_MS);
    expect(armed.records.map(tell)).toEqual(['ok 1 tokens']);
    expect(armed.records).toMatchObject([{ socket_new: false }]);
    expect(armed.records[0]).not.toHaveProperty('connected_ns');
  });
});

test('cancel() closes the armed socket, and nobody hears of the request', async () => {
  await onStage(async ({ prepare, received, sockets }) => {
    const { exchange, records } = prepare();
    exchange.arm();
    await setTimeout(SETTLE_MS);
    exchange.cancel();
    await setTimeout(SETTLE_MS);
    expect(sockets[0]?.readableEnded).toBe(true);
    expect([received(), records]).toEqual(['', []]);
  });
});

test('arm() takes no socket where they are limited: another request may be due before', async () => {
  await onStage(
    async ({ prepare }) => {
      const [later, sooner] = [prepare(), prepare()];
      later.exchange.arm();
      sooner.exchange.start();
      await setTimeout(SETTLE_MS);
      expect(sooner.records.map(tell)).toEqual(['ok 1 tokens']);
    },
    { maxConnections: 1 },
  );
});

/** A server without sockets: it has the whole answer as soon as a request is written. */
const answerAtOnce: CreateTransport = (_destination, clock) => ({
  connect: () => ({
    open: () => undefined,
    prepare: (_request, listener) => ({
      write() {
        const body = Buffer.from(WHOLE_ANSWER.slice(WHOLE_ANSWER.indexOf('data:')));
        listener.onWrite(clock.nowNs());
        listener.onFlushed(clock.nowNs());
        listener.onHead({ status: 200, contentType: 'text/event-stream' }, clock.nowNs());
        listener.onBody(body, clock.nowNs(), 0, body.length);
        listener.onEnd();
      },
    }),
    close: () => undefined,
  }),
});

test('a request goes through the transport that it is given', () => {
  const clock = createClock(zeroIn(0));
  const connections = createConnections(
    { origin: 'http://nowhere.invalid' },
    { clock, createTransport: answerAtOnce },
  );
  const records: RequestRecord[] = [];
  performRequest(
    {
      ...{ row: 0, dueNs: 0, inputTokens: 1, outputTokens: 1, target: 0 },
      body: Buffer.from('{}'),
    },
    (record) => records.push(record),
    {
      ...{ connections, path: '/', headers: {}, exactLength: true },
      ...{ clock, timers: nodeTimers, deadlines: {} },
    },
  );
  expect(records.map(tell)).toEqual(['ok 1 tokens']);
});
