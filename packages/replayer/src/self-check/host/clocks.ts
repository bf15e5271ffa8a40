/** One look at the clocks of a machine, in milliseconds. */
export interface ClockLook {
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Runs on while the machine sleeps; absent where the platform does not tell. */
  readonly bootMs?: number | undefined;
}

/** What the clocks did against one another, in milliseconds. */
export interface ClockReadings {
  readonly driftMs: number;
  readonly largestStepMs: number;
  readonly suspendedMs?: number;
}

/** /proc/uptime counts in steps of 10 ms. */
const BOOT_GRAIN_MS = 20;

/** Compares the clocks from look to look: the first and the last, and each with the next. */
export function createClockWatch(first: ClockLook): {
  look(now: ClockLook): void;
  readings(): ClockReadings;
} {
  let last = first;
  let largestStepMs = 0;
  return {
    look(now) {
      const stepMs = offsetMs(now) - offsetMs(last);
      if (Math.abs(stepMs) > Math.abs(largestStepMs)) largestStepMs = stepMs;
      last = now;
    },
    readings() {
      const asleepMs =
        first.bootMs === undefined || last.bootMs === undefined
          ? undefined
          : last.bootMs - first.bootMs - (last.monotonicMs - first.monotonicMs);
      return {
        driftMs: offsetMs(last) - offsetMs(first),
        largestStepMs,
        ...(asleepMs !== undefined && {
          suspendedMs: asleepMs > BOOT_GRAIN_MS ? asleepMs : 0,
        }),
      };
    },
  };
}

function offsetMs({ wallMs, monotonicMs }: ClockLook): number {
  return wallMs - monotonicMs;
}
