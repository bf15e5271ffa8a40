import { availableParallelism } from 'node:os';

import type { Readings } from '@trace-replay/metrics/internal';

import { readCpuGroup, readMemoryLimit } from './cgroup.ts';
import {
  openDescriptors,
  readDescriptorLimit,
  readPorts,
  type ReadText,
  readText,
} from './proc.ts';

/** The readings of a process and its machine. Absent is unknown to the platform. */
export type HostReadings = NonNullable<Readings['host']>;

/** The origin of the readings; tests bring their own machine. */
export interface HostSources {
  readonly read: ReadText;
  readonly openDescriptors: () => number | undefined;
  readonly parallelism: () => number;
  /** CPU time of the process. */
  readonly cpuNs: () => number;
  readonly peakRssBytes: () => number;
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}

const THIS_HOST: HostSources = {
  read: readText,
  openDescriptors,
  parallelism: availableParallelism,
  cpuNs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  },
  peakRssBytes: () => process.resourceUsage().maxRSS * 1024,
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  wallMs: () => Date.now(),
};

const LOOK_EVERY_MS = 1000;

export type HostMonitor = ReturnType<typeof startHostMonitor>;

/** Watches the process and its machine, from a thread whose loop has time for it. */
export function startHostMonitor(sources: HostSources = THIS_HOST) {
  const { read } = sources;
  const startClocks = clocksNow(sources);
  const startCpuNs = sources.cpuNs();
  const startThrottling = readCpuGroup(read).throttling;
  const clocks = createClockWatch(startClocks);
  let peakOpen = 0;
  const look = () => {
    clocks.look(clocksNow(sources));
    peakOpen = Math.max(peakOpen, sources.openDescriptors() ?? 0);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    /** Looks once more; done every second by itself. */
    look,
    stop(): HostReadings {
      clearInterval(timer);
      look();
      const observedMs = sources.monotonicMs() - startClocks.monotonicMs;
      const coresUsed = (sources.cpuNs() - startCpuNs) / (observedMs * 1e6);
      const { throttling } = readCpuGroup(read);
      const limit = readDescriptorLimit(read);
      const ports = readPorts(read);
      const limitBytes = readMemoryLimit(read);
      return {
        observed_ms: observedMs,
        ...(observedMs > 0 && {
          cpu: { cores_allowed: coresAllowed(sources), cores_used: coresUsed },
        }),
        ...(startThrottling &&
          throttling && {
            throttling: {
              periods: throttling.periods - startThrottling.periods,
              throttled_periods: throttling.throttledPeriods - startThrottling.throttledPeriods,
              throttled_ms: (throttling.throttledNs - startThrottling.throttledNs) / 1e6,
            },
          }),
        ...(limit !== undefined && peakOpen > 0 && { descriptors: { limit, peak_open: peakOpen } }),
        ...(ports && {
          ports: {
            range: ports.range,
            ...(ports.timeWait !== undefined && { time_wait: ports.timeWait }),
          },
        }),
        clocks: clocks.readings(),
        memory: {
          peak_rss_bytes: sources.peakRssBytes(),
          ...(limitBytes !== undefined && { limit_bytes: limitBytes }),
        },
      };
    },
  };
}

/** Cores that affinity and the cgroup's quota allow; a part of one is possible. */
export function coresAllowed({
  read,
  parallelism,
}: Pick<HostSources, 'read' | 'parallelism'> = THIS_HOST): number {
  return Math.min(parallelism(), readCpuGroup(read).quotaCores ?? Infinity);
}

function clocksNow({ read, monotonicMs, wallMs }: HostSources): ClockLook {
  const seconds = /^([\d.]+)/.exec(read('/proc/uptime') ?? '')?.[1];
  return {
    monotonicMs: monotonicMs(),
    wallMs: wallMs(),
    bootMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/** One look at the clocks of a machine, in milliseconds. */
interface ClockLook {
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Runs on while the machine sleeps; `undefined` where the platform has none. */
  readonly bootMs: number | undefined;
}

/** /proc/uptime counts in steps of 10 ms. */
const BOOT_GRAIN_MS = 20;

/** Compares the clocks from look to look: the first and the last, and each with the next. */
function createClockWatch(first: ClockLook) {
  let last = first;
  let largestStepMs = 0;
  return {
    look(now: ClockLook): void {
      const stepMs = offsetMs(now) - offsetMs(last);
      if (Math.abs(stepMs) > Math.abs(largestStepMs)) largestStepMs = stepMs;
      last = now;
    },
    readings(): NonNullable<HostReadings['clocks']> {
      const clocks = {
        drift_ms: offsetMs(last) - offsetMs(first),
        largest_step_ms: largestStepMs,
      };
      if (first.bootMs === undefined || last.bootMs === undefined) return clocks;
      const asleepMs = last.bootMs - first.bootMs - (last.monotonicMs - first.monotonicMs);
      return { ...clocks, suspended_ms: asleepMs > BOOT_GRAIN_MS ? asleepMs : 0 };
    },
  };
}

function offsetMs({ wallMs, monotonicMs }: ClockLook): number {
  return wallMs - monotonicMs;
}
