import { type RunQueue, runQueueNow } from './run-queue.ts';

/** The longest time that a loop stood still, measured by a stamp that came meanwhile. */
export interface LongestStall {
  readonly lateNs: number;
  /** At most so much of it in the run queue, without a core; absent on some platforms. */
  readonly waitedNs?: number;
}

/** A reading of the run queue costs 20 µs, which a loop that is late by this much can afford. */
const STALL_NS = 20e6;

export function createStallMeter(runQueue: () => RunQueue | undefined = runQueueNow) {
  let before = runQueue();
  let longest: LongestStall | undefined;
  return {
    get longest(): LongestStall | undefined {
      return longest;
    },
    /** A stamp came on time: what the thread waits from here on may belong to the next stall. */
    onTime(): void {
      before = runQueue();
    },
    /** A stamp came late. Stamps that are less late than a stall are no stall. */
    late(lateNs: number): void {
      if (lateNs < STALL_NS) return;
      const now = runQueue();
      if (lateNs > (longest?.lateNs ?? 0)) {
        const waitedNs = before && now && Math.min(lateNs, now.waitNs - before.waitNs);
        longest = { lateNs, ...(waitedNs !== undefined && { waitedNs }) };
      }
      before = now;
    },
  };
}
