import type { Clock, Timers } from '../time/clock.ts';

/** Something that is to happen at an instant. */
export interface Due {
  /** Nanoseconds since the run's zero. */
  readonly dueNs: number;
}

export interface DispatchOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Items dispatched before waiting sockets are read again. */
  readonly burst?: number;
  /** Time spent on dispatching before waiting sockets are read again. */
  readonly burstNs?: number;
  /** Spun, not slept, before a due time; by default as long as the timers may be late. */
  readonly spinNs?: number;
}

/** So long at a time, between one look at the waiting sockets and the next. */
const SPIN_TURN_NS = 50_000;
const NS_PER_MS = 1e6;
/** setTimeout takes 31 bits of milliseconds; a later item is waited for in stages. */
const LONGEST_WAIT_NS = 2 ** 30 * NS_PER_MS;

/**
 * Calls `dispatch` for each item at its due time, never before it, and waits for no answer. Items
 * due together go out in bursts, with a turn of the event loop between them for reading. Microtasks
 * of one item run before the next is dispatched: the first of a burst does not wait for the last.
 */
export function createDispatcher<T extends Due>(
  dispatch: (item: T) => void,
  { clock, timers, burst = 16, burstNs = NS_PER_MS, spinNs = timers.lateNs }: DispatchOptions,
) {
  const { stepNs } = timers;
  let queue: T[] = [];
  let cursor = 0;
  let cancelWait: (() => void) | undefined;
  let burstCount = 0;
  let burstStartNs = 0;

  function wait(): void {
    const next = queue[cursor];
    if (next === undefined) return;
    const aheadNs = next.dueNs - clock.nowNs();
    const steps = Math.floor(Math.min(aheadNs - spinNs, LONGEST_WAIT_NS) / stepNs);
    // A timer of less than its own step would fire when the item is due already.
    if (steps >= 1) cancelWait = timers.after((steps * stepNs) / NS_PER_MS, begin);
    else if (spinNs > 0) cancelWait = timers.soon(begin, Math.min(aheadNs, SPIN_TURN_NS));
    else if (aheadNs > 0) cancelWait = timers.after(stepNs / NS_PER_MS, begin);
    else cancelWait = timers.soon(begin);
  }

  function begin(): void {
    burstCount = 0;
    burstStartNs = clock.nowNs();
    step();
  }

  function step(): void {
    // Stands for "busy" until the burst is over: an item offered meanwhile arms no second wait.
    cancelWait = idle;
    const next = queue[cursor];
    const nowNs = clock.nowNs();
    const isOver = burstCount === burst || (burstCount > 0 && nowNs - burstStartNs > burstNs);
    if (next !== undefined && !isOver && next.dueNs <= nowNs) {
      cursor++;
      burstCount++;
      dispatch(next);
      timers.next(step);
      return;
    }
    if (cursor > 1024 || cursor === queue.length) {
      queue = queue.slice(cursor);
      cursor = 0;
    }
    cancelWait = undefined;
    wait();
  }

  return {
    /** Hands over the next item. Items come in due order. */
    offer(item: T): void {
      queue.push(item);
      if (cancelWait === undefined) wait();
    },
    /** Forgets what is not yet dispatched and returns it. */
    clear(): readonly T[] {
      cancelWait?.();
      cancelWait = undefined;
      const left = queue.slice(cursor);
      queue = [];
      cursor = 0;
      return left;
    },
  };
}

function idle(): void {
  // Nothing to cancel.
}
