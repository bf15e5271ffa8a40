import * as z from 'zod';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

/** How late something was, in ms: counts in buckets 3 % wide, each at its upper end. */
export const latenessSchema = z.object({
  count: count.positive(),
  mean: ms,
  p50: ms,
  p90: ms,
  p95: ms,
  p99: ms,
  p99_9: ms,
  max: ms,
});

export type Lateness = z.infer<typeof latenessSchema>;

/** Of the loops that send and read: all of them together, or the worst one. */
const loops = z.object({
  loops: count.positive(),
  /** The longest time that a loop was watched. */
  observed_ms: ms,
  /** Canary stamps over all loops: received − sent. */
  receive_error: latenessSchema.optional(),
  /** The same of the loop whose p99 is largest; there only if there are several loops. */
  worst_receive_error: latenessSchema.optional(),
  /** From a clock reading to the end of the write that follows it. */
  send_error: latenessSchema.optional(),
  /** The latest canary stamp from 20 ms on; of it, at most, the time the thread had no core. */
  longest_stall: z.object({ late_ms: ms, waited_ms: ms.optional() }).optional(),
  /** Event-loop delay of all loops, without the resolution of its timer. */
  loop_delay: latenessSchema.optional(),
  gc: z.object({ count, total_ms: ms, longest_ms: ms }).optional(),
  /** Share of the time that the busiest loop was not waiting. */
  utilization: z.number().min(0).max(1).optional(),
  /** Of the thread that waited longest: time on a core and without one, times it got one. */
  run_queue: z.object({ on_core_ms: ms, wait_ms: ms, slices: count }).optional(),
});

const host = z.object({
  observed_ms: ms,
  cpu: z
    .object({
      /** By affinity and cgroup quota. */
      cores_allowed: z.number().positive(),
      /** CPU time of the process ÷ time. */
      cores_used: z.number().nonnegative(),
    })
    .optional(),
  throttling: z
    .object({ periods: count, throttled_periods: count, throttled_ms: ms })
    .optional(),
  descriptors: z.object({ limit: count, peak_open: count }).optional(),
  ports: z.object({ range: count, time_wait: count.optional() }).optional(),
  clocks: z
    .object({
      /** Wall − monotonic at the end, less the same at the start. */
      drift_ms: z.number(),
      /** The largest change of wall − monotonic from one second to the next, as it was signed. */
      largest_step_ms: z.number(),
      /** Time that the monotonic clock slept through. */
      suspended_ms: ms.optional(),
    })
    .optional(),
  memory: z.object({ peak_rss_bytes: count, limit_bytes: count.optional() }).optional(),
});

/** What a run measured of itself, from which its verdict follows. Absent is not measured. */
export const readingsSchema = z.object({
  /** The gaps of the trace at the speed of the run. */
  schedule: z.object({ rows: count, instants: count, span_ms: ms }).optional(),
  loops: loops.optional(),
  host: host.optional(),
});

export type Readings = z.infer<typeof readingsSchema>;
