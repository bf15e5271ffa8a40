import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { handOn, readUnderWay, readWithoutBuffering, takeOver } from './reads.ts';

let server: Server | undefined;

afterEach(() => server?.close());

/** Two connected sockets whose reads are handed on, and their other ends. */
async function connectTwo(): Promise<{ sockets: Socket[]; peers: Socket[] }> {
  const peers: Socket[] = [];
  const listening = createServer((peer) => peers.push(peer));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', () => resolve()));
  const { port } = listening.address() as AddressInfo;
  const sockets: Socket[] = [];
  for (let i = 0; i < 2; i++) {
    const onRead = (bytes: Buffer) => handOn(socket, Buffer.from(bytes), performance.now());
    const onread = readWithoutBuffering({ onRead });
    const socket = connect({ host: '127.0.0.1', port, onread });
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    takeOver(socket);
  }
  return { sockets, peers };
}

/** Until `socket` has announced a read. */
const announced = (socket: Socket) =>
  new Promise<void>((resolve) => socket.once('readable', () => resolve()));

const take = (socket: Socket) => socket.read() as Buffer | null;

test('read() gives each socket its own bytes, with those that nobody took before, in order', async () => {
  const { sockets, peers } = await connectTwo();
  const [first, second] = sockets as [Socket, Socket];
  const [peerOfFirst, peerOfSecond] = peers as [Socket, Socket];
  for (const [socket, peer, text] of [
    [first, peerOfFirst, 'one '],
    [second, peerOfSecond, 'other'],
    [first, peerOfFirst, 'two '],
  ] as const) {
    peer.write(text);
    await announced(socket);
  }
  const taken: string[] = [];
  first.on('readable', () => {
    for (let bytes = take(first); bytes; bytes = take(first)) taken.push(bytes.toString());
  });
  peerOfFirst.write('three');
  await announced(first);
  expect(taken).toEqual(['one two three']);
  expect(take(second)?.toString()).toBe('other');
  expect(take(second)).toBeNull();
  expect(take(first)).toBeNull();
  for (const socket of sockets) socket.destroy();
});

test('a read is stamped before it is announced, and the end of the stream still comes', async () => {
  const { sockets, peers } = await connectTwo();
  const [socket] = sockets as [Socket];
  const ended = new Promise<void>((resolve) => socket.once('end', () => resolve()));
  const before = performance.now();
  peers[0]?.write('x');
  await announced(socket);
  expect(readUnderWay.atNs).toBeGreaterThanOrEqual(before);
  expect(readUnderWay.atNs).toBeLessThanOrEqual(performance.now());
  peers[0]?.end();
  await ended;
  for (const each of sockets) each.destroy();
});
