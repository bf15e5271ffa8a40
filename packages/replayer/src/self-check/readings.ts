import {
  type Lateness,
  type LogCounts,
  quantileOf,
  type Readings,
} from '@trace-replay/metrics/internal';

import { describeSchedule, type Schedule } from '../schedule/schedule.ts';
import type { HostReadings } from './host/host-monitor.ts';
import { type LoopReadings, mergeLoopReadings } from './loop/loop-monitor.ts';

/**
 * The readings as the files hold them: milliseconds, percentiles, snake_case.
 *
 * @param loops one for each loop that sent and read
 */
export function readingsOf(
  schedule: Schedule,
  loops: readonly LoopReadings[],
  host?: HostReadings,
): Readings {
  const { rows, instants, spanNs } = describeSchedule(schedule);
  const merged = mergeLoopReadings(loops);
  return {
    schedule: { rows, instants, span_ms: spanNs / 1e6 },
    ...(merged && { loops: loopsOf(merged) }),
    ...(host && { host }),
  };
}

function loopsOf(loop: LoopReadings): NonNullable<Readings['loops']> {
  const { loops, observedNs, gc, utilization, runQueue, longestStall } = loop;
  const worst = loops > 1 ? latenessOf(loop.worstReceiveError) : undefined;
  return withoutUnknown({
    loops,
    observed_ms: observedNs / 1e6,
    receive_error: latenessOf(loop.receiveError),
    worst_receive_error: worst,
    send_error: latenessOf(loop.sendError),
    first_wait: loop.firstWait && latenessOf(loop.firstWait),
    last_wait: loop.lastWait && latenessOf(loop.lastWait),
    longest_stall:
      longestStall &&
      withoutUnknown({
        late_ms: longestStall.lateNs / 1e6,
        waited_ms: longestStall.waitedNs === undefined ? undefined : longestStall.waitedNs / 1e6,
      }),
    loop_delay: latenessOf(loop.loopDelay),
    gc: { count: gc.count, total_ms: gc.totalNs / 1e6, longest_ms: gc.longestNs / 1e6 },
    utilization: Math.min(Math.max(utilization, 0), 1),
    run_queue: runQueue && {
      on_core_ms: runQueue.onCoreNs / 1e6,
      wait_ms: runQueue.waitNs / 1e6,
      slices: runQueue.slices,
    },
  });
}

function latenessOf(counts: LogCounts): Lateness | undefined {
  const { count, sumNs, maxNs } = counts;
  if (count === 0) return undefined;
  const at = (share: number) => (quantileOf(counts, share) ?? maxNs) / 1e6;
  return {
    count,
    mean: sumNs / count / 1e6,
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p97_5: at(0.975),
    p99: at(0.99),
    p99_5: at(0.995),
    p99_9: at(0.999),
    max: maxNs / 1e6,
  };
}

function withoutUnknown<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
