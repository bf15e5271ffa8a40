import type { MonotonicClock } from '../time/clock.ts';

/** A clock that moves only when told to. */
export interface SteppingClock extends MonotonicClock {
  /** Moves to an instant, and wakes whoever wanted to be woken on the way. */
  moveTo(ns: number): void;
  /** How many wake-ups are waiting. */
  readonly waiting: number;
}

/** @param earlyNs by how much this clock wakes too early, as Node's timers may */
export function createSteppingClock(earlyNs = 0): SteppingClock {
  let nowNs = 0;
  const wakes = new Set<{ atNs: number; run: () => void }>();
  const next = () => [...wakes].sort((a, b) => a.atNs - b.atNs)[0];
  return {
    zeroNs: 10n ** 18n,
    zeroUnixMs: 1_700_000_000_000,
    nowNs: () => nowNs,
    wake(waitNs, run) {
      // At least 1 ns on, so that a clock that always wakes early still moves.
      const wake = { atNs: nowNs + Math.max(1, waitNs - earlyNs), run };
      wakes.add(wake);
      return () => void wakes.delete(wake);
    },
    moveTo(ns) {
      for (let wake = next(); wake !== undefined && wake.atNs <= ns; wake = next()) {
        wakes.delete(wake);
        nowNs = Math.max(nowNs, wake.atNs);
        wake.run();
      }
      nowNs = ns;
    },
    get waiting() {
      return wakes.size;
    },
  };
}
