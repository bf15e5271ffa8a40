import { differenceNs, type HrTime } from './canary-stamp.ts';

/** A timer that fires so late stood still with its whole process, or had no core. */
const STOOD_STILL_MS = 20;
/** More moments of one standstill tell no more. */
const MOST_MISSED = 2000;
/** Multiples of the golden ratio fall evenly and never in step with anything periodic. */
const GOLDEN = 0.6180339887498949;

/**
 * The moments of a canary's stamps: at a mean of 9 ms, 4 to 14 ms apart. Where the whole process is
 * stopped, nothing can stamp meanwhile; the moments that were missed are then stamped afterwards,
 * for what streams brought at those moments was read as late.
 */
export function createCanaryTimes(everyMs: number, start: HrTime) {
  let count = 0;
  let due = start;
  const nextDelayMs = () => everyMs * (4 / 9 + (10 / 9) * ((count++ * GOLDEN) % 1));
  const advance = () => {
    due = later(due, nextDelayMs());
  };
  advance();
  return {
    /** Until the next moment, ms. */
    waitMs: (now: HrTime): number => Math.max(0, differenceNs(due, now) / 1e6),
    /** The moments to stamp now that the timer has fired, the last of them now. */
    take(now: HrTime): readonly HrTime[] {
      const missed: HrTime[] = [];
      if (differenceNs(now, due) >= STOOD_STILL_MS * 1e6) {
        while (differenceNs(now, due) > 0 && missed.length < MOST_MISSED) {
          missed.push(due);
          advance();
        }
      }
      due = later(now, nextDelayMs());
      return [...missed, now];
    },
  };
}

function later([seconds, ns]: HrTime, ms: number): HrTime {
  const sum = ns + Math.round(ms * 1e6);
  return [seconds + Math.floor(sum / 1e9), sum % 1e9];
}
