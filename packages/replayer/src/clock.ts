/** The run's zero: the instant at which the first selected row is due, on both clocks. */
export interface Zero {
  /** CLOCK_MONOTONIC in nanoseconds: one clock for every thread and process of a host. */
  readonly monotonicNs: bigint;
  /** Wall clock, milliseconds since the Unix epoch. Read once; for people and for merging hosts. */
  readonly unixMs: number;
}

/** Where every instant of a run comes from. */
export interface Clock {
  /** Integer nanoseconds since the run's zero; negative before it. */
  nowNs(): number;
}

const NS_PER_SECOND = 1e9;

/**
 * The monotonic clock, counted from `zero`.
 * `process.hrtime()` rather than `performance.now()`: the latter counts from the start of its own
 * thread, and threads must agree. About 0.1 µs a reading.
 */
export function createClock(zero: Zero): Clock {
  const zeroSeconds = Number(zero.monotonicNs / 1_000_000_000n);
  const zeroRestNs = Number(zero.monotonicNs % 1_000_000_000n);
  return {
    nowNs() {
      const [seconds, restNs] = process.hrtime();
      return (seconds - zeroSeconds) * NS_PER_SECOND + (restNs - zeroRestNs);
    },
  };
}

/** A zero that lies `leadMs` ahead of now. The only place in a run where the wall clock is read. */
export function zeroIn(leadMs: number): Zero {
  return {
    monotonicNs: process.hrtime.bigint() + BigInt(Math.round(leadMs * 1e6)),
    unixMs: Date.now() + leadMs,
  };
}

/** Timers as an argument, so that tests can run on virtual time. */
export interface Timers {
  /** Calls back after about `delayMs`, possibly 1 ms early; returns what cancels it. */
  after(delayMs: number, call: () => void): () => void;
  /** Calls back after the events that are waiting now; returns what cancels it. */
  soon(call: () => void): () => void;
  /** Calls back when what the present call has begun is done, before any event. */
  next(call: () => void): void;
}

export const nodeTimers: Timers = {
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
  soon(call) {
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  },
  next: (call) => queueMicrotask(call),
};
