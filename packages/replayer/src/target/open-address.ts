import { connect } from 'node:net';

import type { Target } from './target.ts';

const CONNECT_MS = 2000;

/**
 * The target at the first of its addresses that accepts a connection. `localhost` is often ::1
 * first, while the server listens on 127.0.0.1 alone.
 *
 * @returns the target as it is if it has one address, or if none accepts
 */
export async function withOpenAddress<T extends Target>(target: T): Promise<T> {
  const { addresses = [] } = target;
  if (addresses.length < 2) return target;
  const { port, protocol } = new URL(target.origin);
  const number = Number(port === '' ? { 'http:': 80, 'https:': 443 }[protocol] : port);
  for (const address of addresses) {
    if (await accepts(address.address, number)) return { ...target, address };
  }
  return target;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}
