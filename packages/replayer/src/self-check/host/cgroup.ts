import { numberAfter, type ReadText } from './proc.ts';

/** CPU control of the process's group, version 1 or 2. */
export interface CpuGroup {
  /** Cores that the tightest quota allows; absent without a quota. */
  readonly quotaCores?: number;
  /** Of the group that the kernel throttled most. */
  readonly throttling?: {
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledNs: number;
  };
}

const ROOT = '/sys/fs/cgroup';

/**
 * Directories of the process's group and of every group above it, for one controller. A container
 * may see its own group as the root, or a path that only its host has. Source: cgroups(7).
 */
function groupDirectories(read: ReadText, controller: string): readonly string[] {
  const lines = (read('/proc/self/cgroup') ?? '').trim().split('\n');
  const entries = lines.map((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return { controllers: controllers.split(','), path };
  });
  const v1 = entries.find(({ controllers }) => controllers.includes(controller));
  const v2 = entries.find(({ controllers }) => controllers[0] === '');
  const tops = v1
    ? [`${ROOT}/${controller}`, `${ROOT}/${v1.controllers.join(',')}`]
    : [ROOT, `${ROOT}/unified`];
  return tops.flatMap((top) => pathsUp((v1 ?? v2)?.path ?? '/').map((path) => top + path));
}

/** `/a/b` → `/a/b`, `/a`, and the empty path. */
function pathsUp(path: string): readonly string[] {
  const parts = path.split('/').filter(Boolean);
  return [...parts, ''].map((_, up) => ['', ...parts.slice(0, parts.length - up)].join('/'));
}

export function readCpuGroup(read: ReadText): CpuGroup {
  const directories = groupDirectories(read, 'cpu');
  const quotas = directories.flatMap((directory) => quotaOf(read, directory) ?? []);
  const throttled = directories
    .flatMap((directory) => throttlingOf(read(`${directory}/cpu.stat`)) ?? [])
    .sort((a, b) => b.throttledNs - a.throttledNs || b.periods - a.periods)[0];
  return {
    ...(quotas.length > 0 && { quotaCores: Math.min(...quotas) }),
    ...(throttled && { throttling: throttled }),
  };
}

function quotaOf(read: ReadText, directory: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(read(`${directory}/cpu.max`) ?? '') ?? [];
  if (quota !== undefined) return Number(quota) / Number(period);
  const quotaUs = Number(read(`${directory}/cpu.cfs_quota_us`) ?? NaN);
  const periodUs = Number(read(`${directory}/cpu.cfs_period_us`) ?? NaN);
  return quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : undefined;
}

/** Without a quota the kernel counts no periods. */
function throttlingOf(text: string | undefined): CpuGroup['throttling'] {
  const periods = numberAfter(text, 'nr_periods');
  const throttledPeriods = numberAfter(text, 'nr_throttled');
  const us = numberAfter(text, 'throttled_usec');
  const ns = us === undefined ? numberAfter(text, 'throttled_time') : us * 1000;
  if (!periods || throttledPeriods === undefined || ns === undefined) return undefined;
  return { periods, throttledPeriods, throttledNs: ns };
}

/** Memory that the group allows, in bytes; absent without a limit. */
export function readMemoryLimit(read: ReadText): number | undefined {
  const limits = groupDirectories(read, 'memory').flatMap((directory) => {
    const text = read(`${directory}/memory.max`) ?? read(`${directory}/memory.limit_in_bytes`);
    const bytes = Number(text?.trim() ?? NaN);
    // Version 1 writes "no limit" as a number near 2^63.
    return bytes > 0 && bytes < 2 ** 60 ? [bytes] : [];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}
