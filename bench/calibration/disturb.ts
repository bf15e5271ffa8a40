import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Command } from '../clients/client.ts';
import { atEnd } from '../machine/at-end.ts';
import { ROOT } from '../input/root.ts';
import type { Disturbance } from './cases.ts';

const STALL = fileURLToPath(new URL('bench/calibration/stall-sender.mjs', ROOT));
/** A hog ends by itself, should nobody end it. */
const HOG = 'const end = Date.now() + 60_000; while (Date.now() < end);';

/** The command under what has to be there from its start: stalls, and a limit on descriptors. */
export function disturbedCommand(
  { file, args, env }: Command,
  { stall, descriptors }: Disturbance,
): Command {
  const stalling = stall && {
    NODE_OPTIONS: `--import=${STALL}`,
    STALL_FOR_MS: String(stall.forMs),
    STALL_EVERY_MS: String(stall.everyMs),
  };
  const limited =
    descriptors === undefined
      ? { file, args }
      : {
          file: '/bin/sh',
          args: ['-c', `ulimit -n ${descriptors} && exec "$@"`, 'sh', file, ...args],
        };
  return { ...limited, env: { ...env, ...stalling } };
}

/**
 * Disturbs a run that goes on: hogs from now on, one stop half-way.
 *
 * @param stopAfterMs from now to the stop
 * @returns ends it
 */
export function startDisturbing(
  client: ChildProcess,
  { hogs = 0, stopMs }: Disturbance,
  stopAfterMs: number,
): () => void {
  const children = Array.from({ length: hogs }, () =>
    spawn(process.execPath, ['-e', HOG], { stdio: 'ignore' }),
  );
  const kill = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  const forget = atEnd(kill);
  const timers = stopMs === undefined ? [] : stopOnce(client, stopAfterMs, stopMs);
  return () => {
    kill();
    forget();
    for (const timer of timers) clearTimeout(timer);
  };
}

function stopOnce(client: ChildProcess, afterMs: number, forMs: number): NodeJS.Timeout[] {
  return [
    setTimeout(() => client.kill('SIGSTOP'), afterMs),
    setTimeout(() => client.kill('SIGCONT'), afterMs + forMs),
  ];
}
