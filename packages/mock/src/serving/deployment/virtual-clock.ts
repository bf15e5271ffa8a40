import type { Clock } from '../../time/clock.ts';

/** A clock that stands still until told to run, and then jumps from one wake-up to the next. */
export interface VirtualClock extends Clock {
  /** Runs until nobody wants to be woken any more. */
  run(): void;
}

/** Made for one timeline: it holds a single wake-up, the last one asked for. */
export function createVirtualClock(): VirtualClock {
  let nowNs = 0;
  let next: { readonly atNs: number; readonly run: () => void } | undefined;
  return {
    nowNs: () => nowNs,
    wake(waitNs, run) {
      const wake = { atNs: nowNs + waitNs, run };
      next = wake;
      return () => {
        if (next === wake) next = undefined;
      };
    },
    run() {
      while (next !== undefined) {
        const { atNs, run } = next;
        next = undefined;
        nowNs = atNs;
        run();
      }
    },
  };
}
