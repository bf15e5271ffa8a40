import { nodeTimers, type Timers } from './clock.ts';
import { type AlarmSlot, openAlarmMemory, setInstant } from './alarm-memory.ts';

/** One wait at a time, as a dispatcher has; to be closed, for its port. */
export interface AlarmTimers extends Timers {
  close(): void;
}

/**
 * The calling loop's timers, with an `after` by the alarm's thread: exact to 0.1 ms where a core is
 * free. A timer of `backing` stands behind it, for a thread that gets no core.
 */
export function openAlarmTimers(
  { shared, index, port }: AlarmSlot,
  backing: Timers = nodeTimers,
): AlarmTimers {
  const memory = openAlarmMemory(shared);
  let atNs = 0n;
  let waiting: (() => void) | undefined;

  function fire(): void {
    const call = waiting;
    waiting = undefined;
    call?.();
  }

  port.on('message', () => {
    // It may have been sent for an instant that has been given up since.
    if (process.hrtime.bigint() >= atNs) fire();
  });
  port.unref();
  return {
    ...backing,
    stepNs: 50_000,
    lateNs: 200_000,
    after(delayMs, call) {
      // Node may be 1 ms early and cuts off the fraction: 2 ms more, so that it never comes first.
      const backup = backing.after(delayMs + 2, fire);
      atNs = process.hrtime.bigint() + BigInt(Math.round(delayMs * 1e6));
      waiting = () => {
        backup();
        call();
      };
      setInstant(memory, index, atNs);
      return () => {
        backup();
        waiting = undefined;
        setInstant(memory, index, 0n);
      };
    },
    close: () => port.close(),
  };
}
