import type { Readings } from '@trace-replay/metrics/internal';

/** One look at the clocks of a machine, in milliseconds. */
export interface ClockLook {
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Runs on while the machine sleeps; `undefined` where the platform has none. */
  readonly bootMs: number | undefined;
}

type ClockReadings = NonNullable<NonNullable<Readings['host']>['clocks']>;

/** /proc/uptime counts in steps of 10 ms. */
const BOOT_GRAIN_MS = 20;

/** Compares the clocks from look to look: the first and the last, and each with the next. */
export function createClockWatch(first: ClockLook) {
  let last = first;
  let largestStepMs = 0;
  return {
    look(now: ClockLook): void {
      const stepMs = offsetMs(now) - offsetMs(last);
      if (Math.abs(stepMs) > Math.abs(largestStepMs)) largestStepMs = stepMs;
      last = now;
    },
    readings(): ClockReadings {
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
