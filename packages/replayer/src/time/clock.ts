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

/**
 * The time of a program that brings its own, for all that a replay waits for and stamps: faster
 * than the wall clock, or moved by a model.
 */
export interface ReplayClock {
  /** Nanoseconds since any moment; never decreasing. */
  nowNs(): number;
  /** Wall clock, milliseconds since the Unix epoch: for the run's zero, which people read. */
  unixMs(): number;
  /** Calls back, later, when `delayMs` of this clock have passed; returns what cancels it. */
  after(delayMs: number, call: () => void): () => void;
}

const NS_PER_SECOND = 1e9;

/**
 * The monotonic clock, counted from `zero`, at about 0.1 µs a reading. `performance.now()` counts
 * from the start of its own thread, and threads must agree.
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

/** A zero `leadMs` ahead of now, its wall clock up to 1 ms early: for what no file records. */
export function zeroIn(leadMs: number): Zero {
  return {
    monotonicNs: process.hrtime.bigint() + BigInt(Math.round(leadMs * 1e6)),
    unixMs: Date.now() + leadMs,
  };
}

/**
 * The zero at an instant of the wall clock, which several hosts may have agreed on.
 *
 * @param unixMs milliseconds since the Unix epoch
 */
export function zeroAt(unixMs: number): Zero {
  let best = wallClockStep();
  // A process that has to give up its core between two readings tries again, 20 ms in all at most.
  for (let tries = 1; best.withinNs > STEP_WITHIN_NS && tries < 20; tries++) {
    const next = wallClockStep();
    if (next.withinNs < best.withinNs) best = next;
  }
  return { monotonicNs: best.atNs + BigInt(Math.round((unixMs - best.unixMs) * 1e6)), unixMs };
}

const STEP_WITHIN_NS = 20_000n;

/**
 * Waits for the next whole millisecond of the wall clock, since `Date.now()` cuts off the rest.
 *
 * @returns that millisecond, and where it began on the monotonic clock, to within `withinNs`
 */
function wallClockStep(): { unixMs: number; atNs: bigint; withinNs: bigint } {
  // Before the last reading of the old millisecond, so that the step lies in between for certain.
  let beforeNs = process.hrtime.bigint();
  const beganMs = Date.now();
  for (;;) {
    const againNs = process.hrtime.bigint();
    const unixMs = Date.now();
    const atNs = process.hrtime.bigint();
    if (unixMs !== beganMs) return { unixMs, atNs, withinNs: atNs - beforeNs };
    beforeNs = againNs;
  }
}

/** Timers as an argument, so that tests can run on virtual time. */
export interface Timers {
  /** The shortest delay of `after`, and what its delays are rounded down to. */
  readonly stepNs: number;
  /** So late may `after` be where a core is free. */
  readonly lateNs: number;
  /** Calls back after about `delayMs`, possibly 1 ms early; returns what cancels it. */
  after(delayMs: number, call: () => void): () => void;
  /**
   * Calls back after the events that wait now, and not before `restNs` have passed, which are spent
   * on the core; returns what cancels it.
   */
  soon(call: () => void, restNs?: number): () => void;
  /** Calls back when what the present call has begun is done, before any event. */
  next(call: () => void): void;
}

/** What a sender lives by. */
export interface SenderTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** What due times are kept by; one wait at a time. */
  readonly dueTimers: Timers;
}

/** Takes a program's clock for exact: no wait is spun, and none goes in steps. */
export function senderTimeOf(time: ReplayClock, zero: Zero): SenderTime {
  const zeroNs = Number(zero.monotonicNs);
  const timers: Timers = {
    stepNs: 1,
    lateNs: 0,
    after: (delayMs, call) => time.after(delayMs, call),
    soon: (call) => nodeTimers.soon(call),
    next: (call) => nodeTimers.next(call),
  };
  const clock = { nowNs: () => Math.round(time.nowNs() - zeroNs) };
  return { clock, timers, dueTimers: timers };
}

/** They know whole milliseconds, and were seen to fire 1 ms early and 1.1 ms late. */
export const nodeTimers: Timers = {
  stepNs: 1_000_000,
  lateNs: 1_200_000,
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
  soon(call, restNs = 0) {
    if (restNs <= 0) {
      const immediate = setImmediate(call);
      return () => clearImmediate(immediate);
    }
    const endNs = process.hrtime.bigint() + BigInt(Math.floor(restNs));
    const immediate = setImmediate(() => {
      keepCoreUntil(endNs);
      call();
    });
    return () => clearImmediate(immediate);
  },
  next: (call) => queueMicrotask(call),
};

/** Takes some microseconds and, unlike a reading of the clock, no memory. */
const PAUSES = 50;
const NOBODY = new Int32Array(new SharedArrayBuffer(4));

/**
 * A thread that sleeps may not get its core back in time, so it keeps it. Allocating here would
 * bring a garbage collection to the very moment waited for: hence few readings of the clock.
 */
function keepCoreUntil(endNs: bigint): void {
  while (process.hrtime.bigint() < endNs) {
    for (let i = 0; i < PAUSES; i++) Atomics.notify(NOBODY, 0, 1);
  }
}
