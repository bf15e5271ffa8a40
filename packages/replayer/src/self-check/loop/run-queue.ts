import { type ReadText, readText } from '../host/proc.ts';

/** The time that a thread had a core, and the time that it waited for one. */
export interface RunQueue {
  readonly onCoreNs: number;
  readonly waitNs: number;
  /** Times that it got a core. */
  readonly slices: number;
}

/** The calling thread's figures since it began. Source: `schedstat` of proc(5). */
export function runQueueNow(read: ReadText = readText): RunQueue | undefined {
  const found = /^(\d+) (\d+) (\d+)/.exec(read('/proc/thread-self/schedstat') ?? '');
  if (found === null) return undefined;
  const [onCoreNs = 0, waitNs = 0, slices = 0] = found.slice(1).map(Number);
  return { onCoreNs, waitNs, slices };
}

export function runQueueSince(
  start: RunQueue | undefined,
  end: RunQueue | undefined,
): RunQueue | undefined {
  if (start === undefined || end === undefined) return undefined;
  return {
    onCoreNs: end.onCoreNs - start.onCoreNs,
    waitNs: end.waitNs - start.waitNs,
    slices: end.slices - start.slices,
  };
}
