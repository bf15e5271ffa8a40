import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { atEnd } from '../machine/at-end.ts';
import { readPackets } from './packets.ts';
import { type WireTimes, wireTimesOf } from './wire-times.ts';

/** What the wire says of a run. */
export interface Captured {
  /** By `x-request-id`. */
  readonly requests: ReadonlyMap<string, WireTimes>;
  /** Packets for which the ring had no room: then the capture is no truth. */
  readonly dropped: number;
  /** How exactly the stamps were brought onto CLOCK_MONOTONIC. */
  readonly clockNs: number;
}

/**
 * Captures the packets of a port of the loopback interface, with the kernel's stamps, until it is
 * stopped.
 *
 * @param program built from `native/capture.c`
 * @param file for the packets; removed at the end
 * @throws {Error} if this process may not capture
 */
export async function startCapture(
  program: string,
  { port, file, megabytes }: { port: number; file: string; megabytes: number },
): Promise<{ stop(): Promise<Captured> }> {
  const child = spawn(program, [port, file, megabytes].map(String), { stdio: 'pipe' });
  const forget = atEnd(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const errors = text(child.stderr);
  const first = await Promise.race([once(child.stdout, 'data'), exit.then(() => undefined)]);
  if (first === undefined) {
    forget();
    throw new Error(`Cannot capture packets: ${(await errors).trim()}; expected CAP_NET_RAW`);
  }
  const said = text(child.stdout);
  return {
    async stop() {
      child.stdin.end();
      await exit;
      forget();
      const [, dropped, clockNs] = /dropped (\d+) clock_ns (\d+)/.exec(await said) ?? [];
      if (dropped === undefined) throw new Error(`Cannot use the capture: ${await errors}`);
      const requests = wireTimesOf(readPackets(readFileSync(file)));
      rmSync(file);
      return { requests, dropped: Number(dropped), clockNs: Number(clockNs) };
    },
  };
}
