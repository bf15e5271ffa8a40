import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { afterEach, expect, test } from 'vitest';

import { createClock, zeroIn } from '../time/clock.ts';
import type { TransportFailure } from './transport.ts';
import { type Connections, createConnections } from './connections.ts';

interface Served {
  readonly connections: Connections;
  readonly server: Server;
  /** Sockets that the server has accepted, in order. */
  readonly sockets: Socket[];
}

const served: Served[] = [];

/** The connections of a server that accepts and says nothing. */
async function serve(maxConnections?: number): Promise<Served> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const connections = createConnections(
    { origin: `http://127.0.0.1:${port}` },
    { clock: createClock(zeroIn(0)), maxConnections },
  );
  served.push({ connections, server, sockets });
  return { connections, server, sockets };
}

afterEach(() => {
  for (const { connections, server, sockets } of served.splice(0)) {
    connections.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

const openings: [
  behaviour: string,
  expected: number,
  maxConnections: number | undefined,
  sockets: number,
][] = [
  ['opens a socket for each request to come', 3, undefined, 3],
  ['opens none beyond the ceiling', 3, 2, 2],
  ['opens none for nobody', 0, undefined, 0],
];

test.each(openings)('expect() %s', async (_behaviour, expected, maxConnections, count) => {
  const { connections, sockets } = await serve(maxConnections);
  for (let i = 0; i < expected; i++) connections.expect();
  await setTimeout(100);
  expect(sockets).toHaveLength(count);
});

test('expect() opens no second socket while one is free', async () => {
  const { connections, sockets } = await serve();
  connections.expect();
  await setTimeout(50);
  connections.acquire((connection) => connections.release(connection, true));
  connections.expect();
  await setTimeout(50);
  expect(sockets).toHaveLength(1);
});

test('acquire() gives the socket that was opened ahead', async () => {
  const { connections } = await serve();
  connections.expect();
  await setTimeout(50);
  let connectedNs: number | undefined;
  connections.acquire((connection) => ({ connectedNs } = connection));
  expect(connectedNs).toBeGreaterThan(0);
});

test('acquire() gives another connection when the server closed the one opened ahead', async () => {
  const { connections, sockets } = await serve();
  connections.expect();
  await setTimeout(50);
  sockets[0]?.destroy();
  await setTimeout(50);
  let connectedNs: number | undefined = 0;
  connections.acquire((connection) => ({ connectedNs } = connection));
  expect(connectedNs).toBeUndefined();
});

test('expect() leaves it to the request to find out that nobody listens', async () => {
  const { connections, server } = await serve();
  await new Promise((resolve) => server.close(resolve));
  connections.expect();
  await setTimeout(50);
  const ignore = () => undefined;
  const failure = await new Promise<TransportFailure>((onFailed) => {
    const listener = { onWrite: ignore, onFlushed: ignore, onHead: ignore, onBody: ignore };
    connections.acquire(({ wire }) => {
      const request = { method: 'GET', path: '/', headers: {} } as const;
      wire.prepare(request, { ...listener, onEnd: ignore, onFailed }).write();
    });
  });
  expect(failure).toMatchObject({ error: { code: 'ECONNREFUSED' }, isMalformed: false });
});
