import { countDuration, createLogCounts, type LogCounts } from '@trace-replay/metrics/counts';

import type { Clock } from './clock.ts';

/**
 * How long stamps waited for other work of their loop: the bytes were there when the loop was about
 * to begin with what lay before them. Plain counts of answers that ended whole.
 */
export interface StampWaits {
  /** For how long the loop had been busy at an instant of its clock, ns. */
  busyNs(atNs: number): number;
  /** The waits of an answer's first and last event with content. */
  readonly first: LogCounts;
  readonly last: LogCounts;
}

/** A loop that looks for events again within this did not rest: the next ones were waiting. */
const NO_REST_NS = 100_000;

/**
 * A clock that knows for how long what is read now may have lain there. A turn of the loop begins
 * at its first reading of the clock. What came before it was read in it; so where one turn follows
 * another without a rest, its bytes came after the beginning of the one before. One call of
 * `setImmediate` for each turn that does something, about 1 µs.
 */
export function watchBusyLoop(
  clock: Clock,
  afterTurn: (call: () => void) => void = setImmediate,
): { readonly clock: Clock; readonly waits: StampWaits } {
  let isInTurn = false;
  let turnNs = -Infinity;
  let turnEndNs = -Infinity;
  /** What is read in this turn came after it. */
  let sinceNs = 0;
  const endTurn = () => {
    isInTurn = false;
    turnEndNs = clock.nowNs();
  };
  return {
    clock: {
      nowNs() {
        const nowNs = clock.nowNs();
        if (!isInTurn) {
          isInTurn = true;
          sinceNs = nowNs - turnEndNs < NO_REST_NS ? turnNs : nowNs;
          turnNs = nowNs;
          afterTurn(endTurn);
        }
        return nowNs;
      },
    },
    waits: {
      busyNs: (atNs) => (isInTurn ? Math.max(0, atNs - sinceNs) : 0),
      first: createLogCounts(),
      last: createLogCounts(),
    },
  };
}

/** Counts the waits of one answer that ended whole. */
export function countWaits({ first, last }: StampWaits, firstNs: number, lastNs: number): void {
  countDuration(first, firstNs);
  countDuration(last, lastNs);
}
