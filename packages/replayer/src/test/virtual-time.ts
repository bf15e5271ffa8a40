import { type Clock, nodeTimers, type Timers } from '../time/clock.ts';

interface Call {
  readonly atNs: number;
  readonly order: number;
  readonly call: () => void;
}

export interface VirtualTimeOptions {
  /** As in `Timers`; those of Node unless told. */
  readonly stepNs?: number;
  readonly lateNs?: number;
  /** How early or late a timer fires, in nanoseconds; Node's fire up to 1 ms early. */
  readonly skewNs?: (delayMs: number) => number;
}

/** A clock and timers that tests move by hand. */
export interface VirtualTime extends Clock, Timers {
  /** Lets time pass without running anything: a loop that was busy. */
  block(ns: number): void;
  /** Runs everything that is waiting, in order of time, until `untilNs`. */
  runUntil(untilNs: number): void;
  /** Calls waiting. */
  readonly waiting: number;
}

/** What one turn of the event loop costs here, so that spinning ends. */
const TURN_NS = 10_000;

export function createVirtualTime({
  stepNs = nodeTimers.stepNs,
  lateNs = nodeTimers.lateNs,
  skewNs = () => 0,
}: VirtualTimeOptions = {}): VirtualTime {
  let nowNs = 0;
  let order = 0;
  let calls: Call[] = [];

  function at(atNs: number, call: () => void): () => void {
    const entry = { atNs: Math.round(atNs), order: order++, call };
    calls.push(entry);
    return () => {
      calls = calls.filter((other) => other !== entry);
    };
  }

  return {
    stepNs,
    lateNs,
    nowNs: () => nowNs,
    after: (delayMs, call) =>
      at(Math.max(nowNs + delayMs * 1e6 + skewNs(delayMs), nowNs + TURN_NS), call),
    soon: (call, restNs = 0) => at(nowNs + Math.max(TURN_NS, restNs), call),
    // Before whatever else is due by now.
    next: (call) => void at(-Infinity, call),
    block(ns) {
      nowNs += ns;
    },
    runUntil(untilNs) {
      for (;;) {
        calls.sort((a, b) => a.atNs - b.atNs || a.order - b.order);
        const [next] = calls;
        if (next === undefined || next.atNs > untilNs) break;
        calls.shift();
        nowNs = Math.max(nowNs, next.atNs);
        next.call();
      }
      nowNs = Math.max(nowNs, untilNs);
    },
    get waiting() {
      return calls.length;
    },
  };
}
