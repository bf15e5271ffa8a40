import type { Clock, Timers } from './clock.ts';

/** Something that is to happen at an instant. */
export interface Due {
  /** Nanoseconds since the run's zero. */
  readonly dueNs: number;
}

export interface Dispatcher<T extends Due> {
  /** Hands over the next item. Items come in due order. */
  offer(item: T): void;
  /** Forgets what is not yet dispatched and returns it. */
  clear(): readonly T[];
}

export interface DispatchOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Items dispatched before waiting sockets are read again. */
  readonly burst?: number;
}

/** Node's timers fire up to 1 ms early and have a grain of 1 ms, so the last stretch is spun. */
const SPIN_NS = 1_200_000;
const NS_PER_MS = 1e6;
/** setTimeout takes 31 bits of milliseconds; a later item is waited for in stages. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Calls `dispatch` for each item at its due time, never before it, and waits for no answer.
 * One cursor over a queue and one timer. Items due together go out in bursts with a turn of the
 * event loop between them, so that reading goes on.
 */
export function createDispatcher<T extends Due>(
  dispatch: (item: T) => void,
  { clock, timers, burst = 16 }: DispatchOptions,
): Dispatcher<T> {
  let queue: T[] = [];
  let cursor = 0;
  let cancelWait: (() => void) | undefined;

  function wait(): void {
    const next = queue[cursor];
    if (next === undefined) return;
    const aheadNs = next.dueNs - clock.nowNs();
    if (aheadNs > SPIN_NS) {
      const waitMs = Math.floor((aheadNs - SPIN_NS) / NS_PER_MS);
      cancelWait = timers.after(Math.min(Math.max(waitMs, 1), LONGEST_WAIT_MS), turn);
    } else {
      cancelWait = timers.soon(turn);
    }
  }

  function turn(): void {
    cancelWait = undefined;
    for (let sent = 0; sent < burst; sent++) {
      const next = queue[cursor];
      if (next === undefined || next.dueNs > clock.nowNs()) break;
      cursor++;
      dispatch(next);
    }
    if (cursor > 1024 || cursor === queue.length) {
      queue = queue.slice(cursor);
      cursor = 0;
    }
    // A dispatched item may have offered the next one, which then armed the wait itself.
    if (cancelWait === undefined) wait();
  }

  return {
    offer(item) {
      queue.push(item);
      if (cancelWait === undefined) wait();
    },
    clear() {
      cancelWait?.();
      cancelWait = undefined;
      const left = queue.slice(cursor);
      queue = [];
      cursor = 0;
      return left;
    },
  };
}
