import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { text } from 'node:stream/consumers';

import type { Command, Ended } from '../clients/client.ts';
import { atEnd } from '../machine/at-end.ts';
import { readMachineTimes, readProcessTimes } from '../machine/cpu-seconds.ts';
import { type TreeUsage, watchProcessTree } from '../machine/process-tree.ts';

export interface ClientRun {
  readonly ended: Ended;
  /** User and system time of the client and all that it started. */
  readonly cpuSeconds: number;
  readonly usage: TreeUsage;
  /** Share of the machine's processors that neither client, server nor this harness took. */
  readonly othersCpuPercent: number;
  readonly loadAverage: number;
}

/**
 * Runs a client as a process of its own and measures it from outside.
 *
 * @throws {Error} if it cannot be started, or has not ended within `limitMs`
 */
export async function runClient(
  { file, args, env }: Command,
  { cwd, limitMs, serverPid }: { cwd: string; limitMs: number; serverPid: number },
): Promise<ClientRun> {
  const before = readTimes(serverPid);
  // A group of its own, so that a client that hangs can be ended with all its processes.
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exit = once(child, 'exit') as Promise<[code: number | null]>;
  const kill = () => process.kill(-child.pid!, 'SIGKILL');
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  await once(child, 'spawn');
  const forget = atEnd(kill);
  const watch = watchProcessTree(child.pid!);
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    kill();
  }, limitMs);
  const [code] = await exit;
  clearTimeout(timer);
  forget();
  const usage = watch.stop();
  const after = readTimes(serverPid);
  const [stdout, stderr] = await output;
  if (isOver) throw new Error(`Cannot use the run: "${file}" had not ended after ${limitMs} ms`);

  // The kernel's own account is exact, but knows nothing of processes that nobody waited for.
  const cpuSeconds = Math.max(after.childrenSeconds - before.childrenSeconds, usage.cpuSeconds);
  const known =
    cpuSeconds + after.serverSeconds - before.serverSeconds + after.ownSeconds - before.ownSeconds;
  const others = after.machine.busySeconds - before.machine.busySeconds - known;
  const total = after.machine.totalSeconds - before.machine.totalSeconds;
  return {
    ended: { stdout, stderr, code },
    cpuSeconds,
    usage,
    othersCpuPercent: total > 0 ? (100 * Math.max(0, others)) / total : 0,
    loadAverage: loadavg()[0]!,
  };
}

function readTimes(serverPid: number) {
  const own = readProcessTimes('self');
  return {
    machine: readMachineTimes(),
    ownSeconds: own?.ownSeconds ?? 0,
    childrenSeconds: own?.childrenSeconds ?? 0,
    serverSeconds: readProcessTimes(serverPid)?.ownSeconds ?? 0,
  };
}
