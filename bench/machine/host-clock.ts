/**
 * Two clocks at one moment, in milliseconds. CLOCK_MONOTONIC is one for all processes of a host;
 * a server that logs wall time is brought onto it by a pair before the run and one after it.
 */
export interface ClockPair {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** CLOCK_MONOTONIC of this host, milliseconds. A double keeps its nanoseconds for 104 days. */
export function monotonicNowMs(): number {
  const [seconds, restNs] = process.hrtime();
  return seconds * 1e3 + restNs / 1e6;
}

const TICKS = 5;

/**
 * Reads both clocks at the moment at which the wall clock, which Node gives in whole milliseconds,
 * goes on to the next one. The tightest of a few ticks counts; it is known to about a microsecond.
 * Spins for some 5 ms.
 */
export function readClockPair(): ClockPair {
  let best: ClockPair | undefined;
  let bestWidthMs = Infinity;
  for (let tick = 0; tick < TICKS; tick += 1) {
    const startWallMs = Date.now();
    let beforeMs = monotonicNowMs();
    let wallMs = Date.now();
    let afterMs = monotonicNowMs();
    while (wallMs === startWallMs) {
      beforeMs = afterMs;
      wallMs = Date.now();
      afterMs = monotonicNowMs();
    }
    // A step of more than one millisecond means that the tick itself was missed.
    if (wallMs - startWallMs === 1 && afterMs - beforeMs < bestWidthMs) {
      bestWidthMs = afterMs - beforeMs;
      best = { monotonicMs: (beforeMs + afterMs) / 2, wallMs };
    }
  }
  return best ?? readClockPair();
}

/** Wall time → CLOCK_MONOTONIC, both in ms, on the line through two pairs: slewing is followed. */
export function wallToMonotonic(start: ClockPair, end: ClockPair): (wallMs: number) => number {
  const wallSpanMs = end.wallMs - start.wallMs;
  const rate = wallSpanMs === 0 ? 1 : (end.monotonicMs - start.monotonicMs) / wallSpanMs;
  return (wallMs) => start.monotonicMs + (wallMs - start.wallMs) * rate;
}
