import { connect, createServer, type Socket } from 'node:net';

import { monotonicNowMs } from '../machine/host-clock.ts';

// A process between client and server that writes down when each request's head arrived, on
// CLOCK_MONOTONIC. It goes on while the server is stopped: the server's own stamps could not tell a
// request that was sent then from one that was sent when the server came back.

const upstreamPort = Number(process.argv[2]);
const arrivals: [requestId: string, atMs: number][] = [];

const server = createServer((client) => {
  const upstream = connect(upstreamPort, '127.0.0.1');
  for (const socket of [client, upstream]) socket.setNoDelay(true);
  client.on('data', (bytes) => {
    const atMs = monotonicNowMs();
    for (const [, id = ''] of bytes.toString('latin1').matchAll(/x-request-id: (\S+)/gi)) {
      arrivals.push([id, atMs]);
    }
    upstream.write(bytes);
  });
  upstream.pipe(client);
  client.on('end', () => upstream.end());
  tie(client, upstream);
  tie(upstream, client);
});

/** Whichever way one side ends, the other does. */
function tie(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy());
  one.on('close', () => other.destroy());
}

server.listen(0, '127.0.0.1', 4096, () => process.send?.({ address: server.address() }));
process.on('message', () => process.send?.({ arrivals }));
process.on('disconnect', () => process.exit(0));
