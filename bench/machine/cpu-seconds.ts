import { readFileSync } from 'node:fs';

/** Linux counts these in hundredths of a second for user space, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** A process as /proc shows it. */
export interface ProcessTimes {
  readonly parentPid: number;
  readonly ownSeconds: number;
  /** User and system time of the children that have ended and been waited for, and of theirs. */
  readonly childrenSeconds: number;
}

/**
 * CPU time of a process, user and system together.
 *
 * @returns `undefined` if there is no such process
 */
export function readProcessTimes(pid: number | 'self'): ProcessTimes | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  return parseProcessTimes(text);
}

/** `/proc/<pid>/stat` → times. The name in brackets may hold anything, brackets and spaces too. */
export function parseProcessTimes(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const seconds = (field: number) => Number(fields[field - 3]) / TICKS_PER_SECOND;
  return {
    parentPid: Number(fields[1]),
    ownSeconds: seconds(14) + seconds(15),
    childrenSeconds: seconds(16) + seconds(17),
  };
}

/** What all processors have done since the boot, in seconds of one processor. */
export interface MachineTimes {
  readonly busySeconds: number;
  readonly totalSeconds: number;
}

export function readMachineTimes(): MachineTimes {
  return parseMachineTimes(readFileSync('/proc/stat', 'utf8'));
}

/** `/proc/stat` → times; guests are part of user time already, steal is time taken from us. */
export function parseMachineTimes(stat: string): MachineTimes {
  const ticks = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return {
    busySeconds: (total - idle) / TICKS_PER_SECOND,
    totalSeconds: total / TICKS_PER_SECOND,
  };
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
