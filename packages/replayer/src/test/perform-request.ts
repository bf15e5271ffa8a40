import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { createMockServer, type MockServerOptions } from '@trace-replay/mock';
import type { RequestRecord } from '@trace-replay/metrics';

import { createBodyWriter } from '../body/body.ts';
import type { Destination, TlsOptions } from '../client/transport.ts';
import { createConnections } from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import { createClock, nodeTimers, zeroIn } from '../time/clock.ts';
import { performRequest } from '../request/perform-request.ts';

export const FAST = { ttftMs: 5, itlMs: 2 };
/** One token, one usage, one finish reason, and a body that ends. */
export const WHOLE_ANSWER = (() => {
  const body =
    'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"length"}],' +
    '"usage":{"prompt_tokens":2,"completion_tokens":1}}\n\ndata: [DONE]\n\n';
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${body.length}`;
  return `${head}\r\n\r\n${body}`;
})();

export const DEADLINES: Deadlines = {
  connectMs: 500,
  firstTokenMs: 400,
  betweenTokensMs: 300,
  totalMs: 2000,
};

export interface Asking {
  readonly deadlines?: Deadlines;
  readonly outputTokens?: number;
  readonly requests?: number;
  readonly atOnce?: boolean;
  readonly pauseMs?: number;
  readonly promptWords?: number;
  readonly maxConnections?: number;
  readonly tls?: TlsOptions;
  readonly address?: Destination['address'];
}

/** Sends requests to a URL, one after another or all at once, and gives their records. */
export async function send(
  url: string,
  {
    deadlines = DEADLINES,
    outputTokens = 4,
    requests = 1,
    atOnce = false,
    pauseMs = 0,
    promptWords = 2,
    maxConnections,
    tls,
    address,
  }: Asking = {},
): Promise<RequestRecord[]> {
  const clock = createClock(zeroIn(0));
  const connections = createConnections({ origin: url, tls, address }, { clock, maxConnections });
  const write = createBodyWriter({
    endpoint: 'chat',
    model: 'mock-model',
    outputLength: 'exact',
    prompt: 'words',
    serverDetails: false,
  });
  const sendOne = (row: number) =>
    new Promise<RequestRecord>((resolve) => {
      performRequest(
        {
          row,
          dueNs: clock.nowNs(),
          inputTokens: promptWords,
          outputTokens,
          target: 0,
          body: write(Buffer.from('able '.repeat(promptWords).trimEnd()), outputTokens),
        },
        resolve,
        {
          connections,
          path: '/v1/chat/completions',
          headers: { 'content-type': 'application/json' },
          exactLength: true,
          clock,
          timers: nodeTimers,
          deadlines,
        },
      );
    });
  try {
    const rows = Array.from({ length: requests }, (_, row) => row);
    if (atOnce) return await Promise.all(rows.map(sendOne));
    const records: RequestRecord[] = [];
    for (const row of rows) {
      records.push(await sendOne(row));
      await setTimeout(pauseMs);
    }
    return records;
  } finally {
    connections.destroy();
  }
}

/** The same, to a mock of its own. */
export async function perform(
  options: MockServerOptions,
  asking: Asking = {},
): Promise<RequestRecord[]> {
  const server = await createMockServer({ latency: FAST, ...options });
  try {
    return await send(server.url, asking);
  } finally {
    await server.stop();
  }
}

export type Scenario = Exclude<
  NonNullable<MockServerOptions['scenario']>,
  (...args: never[]) => unknown
>;

/** What the record says in one line: outcome, failure class, phase or code, tokens, notes. */
export function tell(record: RequestRecord): string {
  const { outcome, failure, output_tokens: tokens, notes = [] } = record;
  return [
    outcome,
    failure?.class,
    failure?.phase,
    failure?.class === 'http_status' ? failure.code : undefined,
    tokens !== undefined && outcome === 'ok' ? `${tokens} tokens` : undefined,
    record.length_mismatch && 'mismatch',
    ...notes,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A TCP server that does what it is told with each connection, for as long as `use` takes. */
export async function withListener<T>(
  onSocket: (socket: Socket) => void,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  try {
    return await use((listener.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    listener.close();
  }
}
