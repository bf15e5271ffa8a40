import { availableParallelism } from 'node:os';

import type { Schedule } from './schedule.ts';

/** Events that one thread reads in a second with most of its core to spare: `bench/README.md`. */
const EVENTS_PER_SECOND = 20_000;
const WINDOW_NS = 10e9;

/**
 * Threads for the busiest ten seconds of the planned load; one core is left for the main thread.
 *
 * @param tokensPerRow output tokens of a row on average, each taken for an event of its own
 */
export function senderCount(
  { dueNs }: Pick<Schedule, 'dueNs'>,
  tokensPerRow: number,
  cores = availableParallelism(),
): number {
  const tokensPerSecond = (mostWithin(dueNs, WINDOW_NS) * tokensPerRow) / (WINDOW_NS / 1e9);
  const wanted = Math.ceil(tokensPerSecond / EVENTS_PER_SECOND);
  return Math.max(1, Math.min(wanted, cores - 1));
}

/** Most instants, ascending, within any stretch [t, t + length). */
export function mostWithin(instants: Float64Array, length: number): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < instants.length; last++) {
    while (instants[last]! - instants[first]! >= length) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
