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
  schedule: Pick<Schedule, 'count' | 'dueNs'>,
  tokensPerRow: number,
  cores = availableParallelism(),
): number {
  const tokensPerSecond = (mostRowsWithin(WINDOW_NS, schedule) * tokensPerRow) / (WINDOW_NS / 1e9);
  const wanted = Math.ceil(tokensPerSecond / EVENTS_PER_SECOND);
  return Math.max(1, Math.min(wanted, cores - 1));
}

/** Most rows due within any stretch of that length. */
function mostRowsWithin(
  lengthNs: number,
  { count, dueNs }: Pick<Schedule, 'count' | 'dueNs'>,
): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < count; last++) {
    while ((dueNs[last] ?? 0) - (dueNs[first] ?? 0) >= lengthNs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
