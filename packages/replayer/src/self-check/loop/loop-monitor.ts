import {
  type IntervalHistogram,
  monitorEventLoopDelay,
  performance,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';

import {
  addLogCounts,
  countDuration,
  createLogCounts,
  type LogCounts,
  quantileOf,
} from '@trace-replay/metrics/counts';

import type { LongestStall } from './longest-stall.ts';
import { type RunQueue, runQueueNow, runQueueSince } from './run-queue.ts';
import { watchCanary } from './stamp-error.ts';

/** Garbage collections of one thread. */
interface GcPauses {
  readonly count: number;
  readonly totalNs: number;
  readonly longestNs: number;
}

/** The readings that a loop took of itself; plain data, to be sent to another thread. */
export interface LoopReadings {
  readonly loops: number;
  /** The longest time that one loop was watched. */
  readonly observedNs: number;
  readonly receiveError: LogCounts;
  /** That of the loop whose p99 is largest. */
  readonly worstReceiveError: LogCounts;
  readonly sendError: LogCounts;
  /** How long the first and the last event of whole answers waited for other work of the loop. */
  readonly firstWait?: LogCounts;
  readonly lastWait?: LogCounts;
  /** Of the loop that stood still longest; absent if none did. */
  readonly longestStall?: LongestStall;
  readonly loopDelay: LogCounts;
  readonly gc: GcPauses;
  /** Share of its time that the busiest loop was not waiting. */
  readonly utilization: number;
  /** Of the thread that waited longest; absent where the platform does not tell. */
  readonly runQueue?: RunQueue;
}

/** Each look wakes the thread. A stall of 120 ms is never reported as shorter than 100 ms. */
const RESOLUTION_MS = 20;

export type LoopMonitor = ReturnType<typeof startLoopMonitor>;

/**
 * Watches the calling thread and its loop until it is stopped there. Without the port of a canary
 * the receive error stays unknown.
 */
export function startLoopMonitor({ canaryPort }: { canaryPort?: number | undefined } = {}) {
  const startNs = process.hrtime.bigint();
  const startUse = performance.eventLoopUtilization();
  const startQueue = runQueueNow();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const pauses = watchGcPauses();
  const canary = canaryPort === undefined ? undefined : watchCanary(canaryPort);
  return {
    /** @param waits of the answers that this loop read */
    stop(waits?: { readonly first: LogCounts; readonly last: LogCounts }): LoopReadings {
      delay.disable();
      const errors = canary?.stop();
      const receiveError = errors?.receive ?? createLogCounts();
      const runQueue = runQueueSince(startQueue, runQueueNow());
      const longestStall = errors?.longestStall;
      return {
        loops: 1,
        observedNs: Number(process.hrtime.bigint() - startNs),
        receiveError,
        worstReceiveError: receiveError,
        sendError: errors?.send ?? createLogCounts(),
        ...(waits && { firstWait: waits.first, lastWait: waits.last }),
        ...(longestStall && { longestStall }),
        loopDelay: loopDelayOf(delay),
        gc: pauses.stop(),
        utilization: performance.eventLoopUtilization(startUse).utilization,
        ...(runQueue && { runQueue }),
      };
    },
  };
}

/**
 * Converts Node's histogram, which has values at some percentiles only: those between two count at
 * the upper one. They include the timer's resolution: an idle loop reads 20.15 ms at 20.
 */
export function loopDelayOf({
  count,
  percentiles,
}: Pick<IntervalHistogram, 'count' | 'percentiles'>): LogCounts {
  const counts = createLogCounts();
  let counted = 0;
  const steps = [...percentiles].sort(([a], [b]) => a - b);
  for (const [percentile, valueNs] of steps) {
    const upTo = Math.round((percentile / 100) * count);
    for (; counted < upTo; counted++) countDuration(counts, valueNs - RESOLUTION_MS * 1e6);
  }
  return counts;
}

/** Watches the garbage collections of the calling thread. */
function watchGcPauses(): { stop(): GcPauses } {
  let pauses: GcPauses = { count: 0, totalNs: 0, longestNs: 0 };
  const take = (entries: readonly PerformanceEntry[]) => {
    for (const { duration } of entries) {
      const pauseNs = duration * 1e6;
      pauses = mergeGcPauses(pauses, { count: 1, totalNs: pauseNs, longestNs: pauseNs });
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return {
    stop() {
      take(observer.takeRecords());
      observer.disconnect();
      return pauses;
    },
  };
}

/** All loops of a run: distributions added up, the worst of the other readings. */
export function mergeLoopReadings(all: readonly LoopReadings[]): LoopReadings | undefined {
  return all.length === 0 ? undefined : all.reduce(mergeTwo);
}

function mergeTwo(a: LoopReadings, b: LoopReadings): LoopReadings {
  const p99 = ({ worstReceiveError }: LoopReadings) => quantileOf(worstReceiveError, 0.99) ?? 0;
  const waitNs = ({ runQueue }: LoopReadings) => runQueue?.waitNs ?? -1;
  const { runQueue } = waitNs(b) > waitNs(a) ? b : a;
  const lateNs = ({ longestStall }: LoopReadings) => longestStall?.lateNs ?? 0;
  const { longestStall } = lateNs(b) > lateNs(a) ? b : a;
  return {
    loops: a.loops + b.loops,
    observedNs: Math.max(a.observedNs, b.observedNs),
    receiveError: together(a.receiveError, b.receiveError),
    worstReceiveError: (p99(b) > p99(a) ? b : a).worstReceiveError,
    sendError: together(a.sendError, b.sendError),
    ...eitherWait(a, b),
    ...(longestStall && { longestStall }),
    loopDelay: together(a.loopDelay, b.loopDelay),
    gc: mergeGcPauses(a.gc, b.gc),
    utilization: Math.max(a.utilization, b.utilization),
    ...(runQueue && { runQueue }),
  };
}

function eitherWait(a: LoopReadings, b: LoopReadings) {
  const waits = (name: 'firstWait' | 'lastWait') =>
    [a[name], b[name]].flatMap((each) => each ?? []);
  const [first, last] = [waits('firstWait'), waits('lastWait')];
  return {
    ...(first.length > 0 && { firstWait: together(...first) }),
    ...(last.length > 0 && { lastWait: together(...last) }),
  };
}

function mergeGcPauses(a: GcPauses, b: GcPauses): GcPauses {
  return {
    count: a.count + b.count,
    totalNs: a.totalNs + b.totalNs,
    longestNs: Math.max(a.longestNs, b.longestNs),
  };
}

function together(...all: readonly LogCounts[]): LogCounts {
  const sum = createLogCounts();
  for (const each of all) addLogCounts(sum, each);
  return sum;
}
