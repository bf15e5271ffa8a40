/** A clock and its timers, which move only when told to. */
export interface SteppingTime {
  nowNs(): number;
  readonly stepNs: number;
  readonly lateNs: number;
  after(delayMs: number, call: () => void): () => void;
  soon(call: () => void): () => void;
  next(call: () => void): void;
  /** Moves on, and stops on the way at each timer that is due there. */
  advance(ns: number): void;
}

export function createSteppingTime(startNs: number): SteppingTime {
  let nowNs = startNs;
  const timers = new Set<{ atNs: number; call: () => void }>();
  const firstDue = (untilNs: number) =>
    [...timers].filter(({ atNs }) => atNs <= untilNs).sort((a, b) => a.atNs - b.atNs)[0];
  return {
    nowNs: () => nowNs,
    stepNs: 1_000_000,
    lateNs: 1_200_000,
    after(delayMs, call) {
      const timer = { atNs: nowNs + Math.round(delayMs * 1e6), call };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    soon(call) {
      const immediate = setImmediate(call);
      return () => clearImmediate(immediate);
    },
    next: (call) => queueMicrotask(call),
    advance(ns) {
      const untilNs = nowNs + ns;
      for (let timer = firstDue(untilNs); timer; timer = firstDue(untilNs)) {
        timers.delete(timer);
        nowNs = Math.max(nowNs, timer.atNs);
        timer.call();
      }
      nowNs = untilNs;
    },
  };
}
