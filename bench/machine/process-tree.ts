import { readdirSync } from 'node:fs';

import { readIfThere, readProcessTimes } from './cpu-seconds.ts';

/** One look at the memory of a process and its descendants. */
export interface MemorySample {
  /** Since the watch began. */
  readonly atMs: number;
  readonly rssBytes: number;
}

export interface TreeUsage {
  /**
   * Largest resident memory of the tree: of one process exactly (the kernel keeps it), of several
   * the largest sum that was seen, in which pages that they share count more than once.
   */
  readonly peakRssBytes: number;
  /** What each process had used when it was last seen; the last moments of a run are missing. */
  readonly cpuSeconds: number;
  readonly samples: readonly MemorySample[];
}

const EVERY_MS = 250;
/** Looking for new processes means asking every process, so it is done less often. */
const SEARCH_EVERY = 4;

/** Watches a process and its descendants from outside until it is told to stop. */
export function watchProcessTree(root: number): { stop(): TreeUsage } {
  const startMs = performance.now();
  const samples: MemorySample[] = [];
  const cpuSeconds = new Map<number, number>();
  let peakRssBytes = 0;
  let pids: readonly number[] = [root];
  let looks = 0;

  function look(): void {
    if (looks++ % SEARCH_EVERY === 0) pids = descendants(root);
    let rssBytes = 0;
    for (const pid of pids) {
      const status = readIfThere(`/proc/${pid}/status`);
      const times = readProcessTimes(pid);
      if (status === undefined || times === undefined) continue;
      rssBytes += kilobytes(status, 'VmRSS') * 1024;
      peakRssBytes = Math.max(peakRssBytes, kilobytes(status, 'VmHWM') * 1024);
      cpuSeconds.set(pid, times.ownSeconds);
    }
    if (rssBytes === 0) return;
    peakRssBytes = Math.max(peakRssBytes, rssBytes);
    samples.push({ atMs: performance.now() - startMs, rssBytes });
  }

  const timer = setInterval(look, EVERY_MS);
  look();
  return {
    stop() {
      clearInterval(timer);
      const seconds = [...cpuSeconds.values()].reduce((sum, value) => sum + value, 0);
      return { peakRssBytes, cpuSeconds: seconds, samples };
    },
  };
}

/** The process and all below it. Not every kernel lists children, so parents are asked for. */
function descendants(root: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? readProcessTimes(pid)?.parentPid : undefined;
    if (parent === undefined) continue;
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] => [pid, ...(childrenOf.get(pid) ?? []).flatMap(below)];
  return below(root);
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}
