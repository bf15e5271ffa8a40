import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { ROOT } from '../input/root.ts';

export interface Witness {
  readonly url: string;
  /** When the head of each request arrived, by its `x-request-id`; CLOCK_MONOTONIC, ms. */
  arrivals(): Promise<ReadonlyMap<string, number>>;
  stop(): void;
}

/** The built entry: a child process runs no TypeScript. */
const ENTRY = fileURLToPath(new URL('.cache/bench/real-clock/witness.js', ROOT));

/** Starts a witness in front of a port of the loopback interface. */
export async function startWitness(upstreamPort: number): Promise<Witness> {
  const child = fork(ENTRY, [String(upstreamPort)], { execArgv: [] });
  const [{ address }] = (await once(child, 'message')) as [{ address: AddressInfo }];
  return {
    url: `http://127.0.0.1:${address.port}`,
    async arrivals() {
      child.send('report');
      const [message] = (await once(child, 'message')) as [{ arrivals: [string, number][] }];
      return new Map(message.arrivals);
    },
    stop: () => child.disconnect(),
  };
}
