import type { Lateness, Readings } from '../schemas/readings.ts';

/** A lateness whose figures are given and whose others lie between them. */
export function lateness(p50: number, p99: number, max = p99, count = 1000): Lateness {
  const mean = (p50 + p99) / 2 > 2 * p50 ? p50 * 1.1 : (p50 + p99) / 2;
  const [p90, p95] = [p50 + (p99 - p50) / 4, p50 + (p99 - p50) / 2];
  return { count, mean, p50, p90, p95, p99, p99_9: Math.min(p99 * 1.2, max), max };
}

/** Readings of a run on a quiet machine: 1,000 rows 100 ms apart. */
export const QUIET: Readings = {
  schedule: { rows: 1000, instants: 1000, span_ms: 99_900 },
  loops: {
    loops: 1,
    observed_ms: 100_000,
    receive_error: lateness(0.05, 0.4, 3, 10_000),
    send_error: lateness(0.02, 0.1, 1, 2500),
    loop_delay: lateness(0.1, 0.9, 4, 10_000),
    gc: { count: 60, total_ms: 80, longest_ms: 4 },
    utilization: 0.2,
    run_queue: { on_core_ms: 20_000, wait_ms: 200, slices: 9000 },
  },
  host: {
    observed_ms: 100_000,
    cpu: { cores_allowed: 2, cores_used: 0.3 },
    throttling: { periods: 1000, throttled_periods: 0, throttled_ms: 0 },
    descriptors: { limit: 20_000, peak_open: 330 },
    ports: { range: 28_232, time_wait: 12 },
    clocks: { drift_ms: 1, largest_step_ms: 0.4, suspended_ms: 0 },
    memory: { peak_rss_bytes: 120e6 },
  },
};

/** Replaces readings of the loops or of the host. */
export function readingsWith({
  loops,
  host,
}: {
  loops?: Partial<NonNullable<Readings['loops']>>;
  host?: Partial<NonNullable<Readings['host']>>;
}): Readings {
  return {
    ...QUIET,
    loops: { ...QUIET.loops!, ...loops },
    host: { ...QUIET.host!, ...host },
  };
}
