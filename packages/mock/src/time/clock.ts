/** Time as the mock sees it. Instants are nanoseconds since this clock's own zero. */
export interface WakeClock {
  /** Now, in whole nanoseconds since the zero. */
  nowNs(): number;
  /**
   * Calls `run` once, about `waitNs` from now. It may come early or late, so the caller looks at
   * the clock again. The function returned takes the call back.
   */
  wake(waitNs: number, run: () => void): () => void;
}

/** The clock of this process, and its zero on the clocks that other processes read. */
export interface MonotonicClock extends WakeClock {
  /** Zero on CLOCK_MONOTONIC, which every process of a host shares, in nanoseconds. */
  readonly zeroNs: bigint;
  /** Zero on the wall clock, in milliseconds since 1970; read once, with `zeroNs`. */
  readonly zeroUnixMs: number;
}

const MILLISECOND_NS = 1e6;

/**
 * The monotonic clock of this host, counted from now. Relative to a zero, nanoseconds stay exact
 * in a number for 104 days; absolute ones would not on a host that has been up for longer.
 *
 * @param spin true to poll through the last millisecond before an instant, which costs a core
 *   while streams run and brings lateness from about 0.6 ms to a few microseconds
 */
export function createClock({ spin = false }: { readonly spin?: boolean } = {}): MonotonicClock {
  const zeroNs = process.hrtime.bigint();
  return {
    zeroNs,
    zeroUnixMs: Date.now(),
    nowNs: () => Number(process.hrtime.bigint() - zeroNs),
    wake(waitNs, run) {
      if (waitNs <= 0 || (spin && waitNs < 2 * MILLISECOND_NS)) {
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      }
      // setTimeout counts whole milliseconds and wakes up to 0.92 ms early.
      const timer = setTimeout(run, Math.max(1, Math.floor(waitNs / MILLISECOND_NS)));
      return () => clearTimeout(timer);
    },
  };
}
