/** A wait that can be cut short. */
export interface Pause {
  /** Resolves after about so long, or when it is ended; at once when it was ended before. */
  wait(delayMs: number): Promise<void>;
  /** Ends the wait under way and every later one. */
  end(): void;
}

/** setTimeout takes 31 bits of milliseconds; a longer wait is done in stages by whoever waits. */
const LONGEST_MS = 2 ** 31 - 1;

export function createPause(): Pause {
  let isEnded = false;
  let wake: (() => void) | undefined;
  return {
    async wait(delayMs) {
      if (isEnded || delayMs <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(delayMs, LONGEST_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    },
    end() {
      isEnded = true;
      wake?.();
    },
  };
}
