/** A server that does nothing for a while, under requests at a constant rate. */
export interface Stall {
  readonly ratePerSecond: number;
  readonly rows: number;
  readonly stopMs: number;
  /** Latency of a request that the stop does not touch. */
  readonly latencyMs: number;
  /** What the server needed, once it went on, until it had read each waiting request: the sum. */
  readonly drainMs: number;
}

/**
 * Mean latency from the schedule over all rows, in milliseconds, if the sending does not wait for
 * the server. A request due `u` after the stop began waits for the `S − u` that are left, so
 * `rate` of them a second wait `rate × S² / 2` in all. One that was in flight when the stop began
 * loses what was left of its latency against the stop: `rate × (S × L − L² / 2)` in all.
 */
export function stalledMeanMs({ ratePerSecond, rows, stopMs, latencyMs, drainMs }: Stall): number {
  const perMs = ratePerSecond / 1000;
  const waitingMs = (perMs * stopMs ** 2) / 2;
  const inFlightMs = perMs * (stopMs * latencyMs - latencyMs ** 2 / 2);
  return latencyMs + (waitingMs + inFlightMs + drainMs) / rows;
}
