import type { WakeClock } from './clock.ts';

/** Takes a call back that was put on a timeline. Harmless once it has happened. */
export type Cancel = () => void;

/** Calls functions at instants: never early, in due order, and with one timer for all of them. */
export interface Timeline {
  /** Now, in nanoseconds since the clock's zero. */
  nowNs(): number;
  /**
   * Calls `run` once `dueNs` has been reached, never inside this call. Calls that are due together
   * run in the order they were put.
   */
  at(dueNs: number, run: (dueNs: number) => void): Cancel;
  /** Forgets everything that has not happened. */
  clear(): void;
}

interface Entry {
  readonly dueNs: number;
  /** Breaks ties, so that equal instants keep their order. */
  readonly order: number;
  run: ((dueNs: number) => void) | undefined;
}

/**
 * After this many calls the event loop gets its turn, so that a thousand streams due in one
 * millisecond cannot keep requests from being read.
 */
const CALLS_PER_TURN = 64;

/**
 * A timeline on a clock. A binary heap under one timer: 10,000 tokens a second would otherwise be
 * 10,000 timers, and Node's timers count whole milliseconds.
 */
export function createTimeline(clock: WakeClock): Timeline {
  const heap: Entry[] = [];
  let order = 0;
  let armedNs = Infinity;
  let disarm: Cancel = () => undefined;

  const arm = (): void => {
    const next = heap[0];
    if (next === undefined || armedNs <= next.dueNs) return;
    disarm();
    armedNs = next.dueNs;
    disarm = clock.wake(Math.max(0, next.dueNs - clock.nowNs()), turn);
  };

  const turn = (): void => {
    armedNs = Infinity;
    for (let calls = 0; calls < CALLS_PER_TURN; calls += 1) {
      const next = heap[0];
      if (next === undefined || next.dueNs > clock.nowNs()) break;
      pop(heap);
      next.run?.(next.dueNs);
    }
    arm();
  };

  return {
    nowNs: () => clock.nowNs(),
    at(dueNs, run) {
      const entry: Entry = { dueNs, order: order++, run };
      push(heap, entry);
      arm();
      return () => {
        entry.run = undefined;
      };
    },
    clear() {
      heap.length = 0;
      disarm();
      armedNs = Infinity;
    },
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt]!;
    if (isBefore(parent, entry)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const entry = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let childAt = 2 * at + 1;
    if (childAt >= heap.length) break;
    if (childAt + 1 < heap.length && isBefore(heap[childAt + 1]!, heap[childAt]!)) childAt += 1;
    const child = heap[childAt]!;
    if (isBefore(entry, child)) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = entry;
}
