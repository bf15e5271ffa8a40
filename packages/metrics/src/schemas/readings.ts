import * as z from 'zod';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

/** How late something was: counts in buckets 3 % wide, each at its upper end. */
export interface Lateness {
  /** Number of values. */
  readonly count: number;
  /** Mean, ms. */
  readonly mean: number;
  /** Half of the values are at most so large, ms. */
  readonly p50: number;
  /** 75 % are at most so large, ms. Absent in older runs. */
  readonly p75?: number | undefined;
  /** 90 % are at most so large, ms. */
  readonly p90: number;
  /** 95 % are at most so large, ms. */
  readonly p95: number;
  /** 97.5 % are at most so large, ms. Absent in older runs. */
  readonly p97_5?: number | undefined;
  /** 99 % are at most so large, ms. */
  readonly p99: number;
  /** 99.5 % are at most so large, ms. Absent in older runs. */
  readonly p99_5?: number | undefined;
  /** 99.9 % are at most so large, ms. */
  readonly p99_9: number;
  /** The largest, ms. */
  readonly max: number;
}

export const latenessSchema = z.object({
  count: count.positive(),
  mean: ms,
  p50: ms,
  p75: ms.optional(),
  p90: ms,
  p95: ms,
  p97_5: ms.optional(),
  p99: ms,
  p99_5: ms.optional(),
  p99_9: ms,
  max: ms,
}) satisfies z.ZodType<Lateness>;

/** Readings of the loops that send and read: all of them together, or the worst one. */
export interface LoopsReadings {
  /** Number of loops. */
  readonly loops: number;
  /** The longest time that a loop was watched, ms. */
  readonly observed_ms: number;
  /** Canary stamps over all loops, received − sent. Absent if none came. */
  readonly receive_error?: Lateness | undefined;
  /** The same of the loop whose p99 is largest. Absent if there is one loop. */
  readonly worst_receive_error?: Lateness | undefined;
  /** From a clock reading to the end of the write after it. Absent if none was taken. */
  readonly send_error?: Lateness | undefined;
  /** Time that the loop had been busy at each answer's first token. Absent if not measured. */
  readonly first_wait?: Lateness | undefined;
  /** The same at the last token. Absent if not measured. */
  readonly last_wait?: Lateness | undefined;
  /** The canary stamp that was latest. Absent if none was 20 ms late. */
  readonly longest_stall?:
    | {
        /** How late it was, ms. */
        readonly late_ms: number;
        /** Time of it without a core, at most, ms. Absent where the platform does not say. */
        readonly waited_ms?: number | undefined;
      }
    | undefined;
  /** Event-loop delay, without the resolution of its timer. Absent if none was taken. */
  readonly loop_delay?: Lateness | undefined;
  /** Garbage collections in all loops. Absent if none were watched. */
  readonly gc?:
    | {
        /** Number of collections. */
        readonly count: number;
        /** Their time, ms. */
        readonly total_ms: number;
        /** The longest, ms. */
        readonly longest_ms: number;
      }
    | undefined;
  /** Share of the time that the busiest loop was not waiting, 0 to 1. Absent if not known. */
  readonly utilization?: number | undefined;
  /** Of the thread that waited longest. Absent where the platform does not say. */
  readonly run_queue?:
    | {
        /** Time on a core, ms. */
        readonly on_core_ms: number;
        /** Time that it wanted a core and had none, ms. */
        readonly wait_ms: number;
        /** Number of times that it got a core. */
        readonly slices: number;
      }
    | undefined;
}

const loops = z.object({
  loops: count.positive(),
  observed_ms: ms,
  receive_error: latenessSchema.optional(),
  worst_receive_error: latenessSchema.optional(),
  send_error: latenessSchema.optional(),
  first_wait: latenessSchema.optional(),
  last_wait: latenessSchema.optional(),
  longest_stall: z.object({ late_ms: ms, waited_ms: ms.optional() }).optional(),
  loop_delay: latenessSchema.optional(),
  gc: z.object({ count, total_ms: ms, longest_ms: ms }).optional(),
  utilization: z.number().min(0).max(1).optional(),
  run_queue: z.object({ on_core_ms: ms, wait_ms: ms, slices: count }).optional(),
}) satisfies z.ZodType<LoopsReadings>;

/** Readings of the process and its machine. */
export interface HostReadings {
  /** How long the process was watched, ms. */
  readonly observed_ms: number;
  /** Processors. Absent if not known. */
  readonly cpu?:
    | {
        /** Number of cores by affinity and cgroup quota; may have a fraction. */
        readonly cores_allowed: number;
        /** CPU time of the process ÷ time, a number of cores. */
        readonly cores_used: number;
      }
    | undefined;
  /** The cgroup, during the run. Absent if there is no CPU quota, or none is known. */
  readonly throttling?:
    | {
        /** Number of scheduling periods. */
        readonly periods: number;
        /** Number of them that were throttled. */
        readonly throttled_periods: number;
        /** Time for which the cgroup was stopped, ms. */
        readonly throttled_ms: number;
      }
    | undefined;
  /** Open files. Absent where the platform does not say. */
  readonly descriptors?:
    | {
        /** Soft limit, a number of files. */
        readonly limit: number;
        /** Largest number open at once, looked at every second. */
        readonly peak_open: number;
      }
    | undefined;
  /** Ephemeral ports. Absent where the platform does not say. */
  readonly ports?:
    | {
        /** Number of ports. */
        readonly range: number;
        /** Number of sockets in TIME_WAIT at the end. Absent where the platform does not say. */
        readonly time_wait?: number | undefined;
      }
    | undefined;
  /** Wall clock against monotonic clock. Absent if not watched. */
  readonly clocks?:
    | {
        /** Wall − monotonic at the end, less the same at the start, ms. */
        readonly drift_ms: number;
        /** Its largest change from one second to the next, with its sign, ms. */
        readonly largest_step_ms: number;
        /** Time that the monotonic clock slept through, ms. Absent where not known. */
        readonly suspended_ms?: number | undefined;
      }
    | undefined;
  /** Memory. Absent if not watched. */
  readonly memory?:
    | {
        /** Most that was resident, in the life of the process, bytes. */
        readonly peak_rss_bytes: number;
        /** Limit of the cgroup, bytes. Absent if there is none. */
        readonly limit_bytes?: number | undefined;
      }
    | undefined;
}

const host = z.object({
  observed_ms: ms,
  cpu: z
    .object({ cores_allowed: z.number().positive(), cores_used: z.number().nonnegative() })
    .optional(),
  throttling: z
    .object({ periods: count, throttled_periods: count, throttled_ms: ms })
    .optional(),
  descriptors: z.object({ limit: count, peak_open: count }).optional(),
  ports: z.object({ range: count, time_wait: count.optional() }).optional(),
  clocks: z
    .object({
      drift_ms: z.number(),
      largest_step_ms: z.number(),
      suspended_ms: ms.optional(),
    })
    .optional(),
  memory: z.object({ peak_rss_bytes: count, limit_bytes: count.optional() }).optional(),
}) satisfies z.ZodType<HostReadings>;

/** What a run measured of itself, from which its verdict follows. Absent is not measured. */
export interface Readings {
  /** The gaps of the trace at the speed of the run. Absent if there is no schedule. */
  readonly schedule?:
    | {
        /** Selected rows. */
        readonly rows: number;
        /** Number of different due times. */
        readonly instants: number;
        /** From the first due time to the last, ms. */
        readonly span_ms: number;
      }
    | undefined;
  /** The loops that send and read. Absent if none was watched. */
  readonly loops?: LoopsReadings | undefined;
  /** Process and machine. Absent if they were not watched. */
  readonly host?: HostReadings | undefined;
}

export const readingsSchema = z.object({
  schedule: z.object({ rows: count, instants: count, span_ms: ms }).optional(),
  loops: loops.optional(),
  host: host.optional(),
}) satisfies z.ZodType<Readings>;
