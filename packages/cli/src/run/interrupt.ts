import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = (typeof SIGNALS)[number];

/** What the signals of this process ask for. */
export interface Interrupt {
  /** The first signal that came; absent while none has. */
  readonly signal: StopSignal | undefined;
  /** Gives the signals back to Node. */
  release(): void;
}

/**
 * Listens to the signals that end a run: the first one calls `onFirst`, every later one `onSecond`.
 */
export function listenForInterrupt(
  onFirst: (signal: StopSignal) => void,
  onSecond: (signal: StopSignal) => void,
): Interrupt {
  let first: StopSignal | undefined;
  const listener = (signal: NodeJS.Signals) => {
    if (first === undefined) {
      first = signal as StopSignal;
      onFirst(first);
    } else {
      onSecond(signal as StopSignal);
    }
  };
  for (const name of SIGNALS) process.on(name, listener);
  return {
    get signal() {
      return first;
    },
    release() {
      for (const name of SIGNALS) process.off(name, listener);
    },
  };
}

/** For messages: `SIGTERM (15)`. */
export function signalName(signal: StopSignal): string {
  return `${signal} (${constants.signals[signal]})`;
}
