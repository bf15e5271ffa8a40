import { availableParallelism } from 'node:os';

import { readCpuGroup, readMemoryLimit } from './cgroup.ts';
import { type ClockLook, type ClockReadings, createClockWatch } from './clocks.ts';
import { openDescriptors } from './open-descriptors.ts';
import { type ReadText, readText } from './read-text.ts';
import { readDescriptorLimit, readPortRange, readTimeWait } from './sockets.ts';

/** What a process measured of itself and its machine. Absent is not told by the platform. */
export interface HostReadings {
  readonly observedNs: number;
  readonly coresAllowed: number;
  readonly cpuNs: number;
  readonly throttling?: {
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledNs: number;
  };
  readonly descriptors?: { readonly limit: number; readonly peakOpen: number };
  readonly ports?: { readonly range: number; readonly timeWait?: number };
  readonly clocks: ClockReadings;
  readonly peakRssBytes: number;
  readonly memoryLimitBytes?: number;
}

/** Where the readings come from; tests bring their own machine. */
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

export interface HostMonitor {
  /** Looks once more; done every second by itself. */
  look(): void;
  stop(): HostReadings;
}

/** Watches the process and its machine, from a thread whose loop has time for it. */
export function startHostMonitor(sources: HostSources = THIS_HOST): HostMonitor {
  const { read } = sources;
  const started = startOf(sources);
  const clocks = createClockWatch(started.clocks);
  let peakOpen = 0;
  const look = () => {
    clocks.look(clocksNow(sources));
    peakOpen = Math.max(peakOpen, sources.openDescriptors() ?? 0);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    look,
    stop() {
      clearInterval(timer);
      look();
      const ended = startOf(sources);
      const limit = readDescriptorLimit(read);
      const range = readPortRange(read);
      const timeWait = readTimeWait(read);
      const throttling = throttlingSince(started.cpu.throttling, ended.cpu.throttling);
      const memoryLimitBytes = readMemoryLimit(read);
      return {
        observedNs: (ended.clocks.monotonicMs - started.clocks.monotonicMs) * 1e6,
        coresAllowed: coresAllowed(sources),
        cpuNs: ended.cpuNs - started.cpuNs,
        ...(throttling && { throttling }),
        ...(limit !== undefined && peakOpen > 0 && { descriptors: { limit, peakOpen } }),
        ...(range !== undefined && {
          ports: { range, ...(timeWait !== undefined && { timeWait }) },
        }),
        clocks: clocks.readings(),
        peakRssBytes: sources.peakRssBytes(),
        ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
      };
    },
  };
}

/** Cores that affinity and the cgroup's quota allow; a part of one is possible. */
export function coresAllowed({ read, parallelism }: Pick<HostSources, 'read' | 'parallelism'>) {
  return Math.min(parallelism(), readCpuGroup(read).quotaCores ?? Infinity);
}

function startOf(sources: HostSources) {
  return {
    clocks: clocksNow(sources),
    cpu: readCpuGroup(sources.read),
    cpuNs: sources.cpuNs(),
  };
}

function clocksNow({ read, monotonicMs, wallMs }: HostSources): ClockLook {
  const seconds = /^([\d.]+)/.exec(read('/proc/uptime') ?? '')?.[1];
  return {
    monotonicMs: monotonicMs(),
    wallMs: wallMs(),
    bootMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

type Throttling = HostReadings['throttling'];

function throttlingSince(start: Throttling, end: Throttling): Throttling {
  if (start === undefined || end === undefined) return undefined;
  return {
    periods: end.periods - start.periods,
    throttledPeriods: end.throttledPeriods - start.throttledPeriods,
    throttledNs: end.throttledNs - start.throttledNs,
  };
}
