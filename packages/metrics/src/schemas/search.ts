import * as z from 'zod';

import { type FileObjective, objectiveSchema, SCHEMA_VERSION } from './conditions.ts';

const count = z.int().nonnegative();
const positive = z.number().positive();

/** Rows that were due in one stretch of a probe's window; rows of a stretch are not independent. */
export interface SearchBlock {
  readonly rows: number;
  /** Rows good when latencies count from the schedule. */
  readonly good: number;
}

export const PROBE_PURPOSES = [
  /** Fills caches and compiles kernels; no bound. */
  'warm-up',
  /** Doubles, halves and bisects. */
  'bracket',
  /** Repeats both ends of the bracket with fresh seeds. */
  'confirm',
] as const;

export type ProbePurpose = (typeof PROBE_PURPOSES)[number];

/** Why a probe ended before its window did. */
export const EARLY_STOPS = [
  /** So many rows are bad that the share cannot reach the target any more. */
  'bad_rows',
  /** Rows in flight and TTFT grow, and the share so far is below the target. */
  'backlog',
] as const;

/** The trace replayed once, at one speed, and what share of its rows was good. */
export interface SearchProbe {
  /** The gaps of the trace are divided by this. */
  readonly speed: number;
  /** Of the prompts: no probe shares any with another. */
  readonly seed: number;
  readonly purpose: ProbePurpose;
  /** Directory of its run, relative to that of the search. Absent for a simulated probe. */
  readonly directory?: string | undefined;
  /** The window: its rows in the order of their due times, cut into stretches of equal length. */
  readonly blocks: readonly SearchBlock[];
  /** Rows due in the window ÷ its length, 1/s. */
  readonly offered_per_s: number;
  /** Rows that ended well in the window ÷ its length, 1/s. */
  readonly served_per_s: number;
  /** Good rows whose verdict could flip within the client's error. Absent if not measured. */
  readonly flippable?: number | undefined;
  /** Absent if the probe sent all its rows. */
  readonly stopped?:
    | { readonly reason: (typeof EARLY_STOPS)[number]; readonly after_s: number }
    | undefined;
  /** Why this client, and not the server, limited the probe, a sentence; it is no bound then. */
  readonly client_limited?: string | undefined;
  /** Bad rows of the window by the first limit that they broke; `failed` for no answer. */
  readonly broken: Readonly<Record<string, number>>;
  /** Percentiles over the ok rows of the window, ms. Absent with fewer than ten values above. */
  readonly ttft_p50_ms?: number | undefined;
  readonly ttft_p95_ms?: number | undefined;
  readonly itl_p50_ms?: number | undefined;
  readonly itl_p95_ms?: number | undefined;
  readonly latency_p50_ms?: number | undefined;
  readonly lag_p99_ms?: number | undefined;
  /** Growth of the rows in flight over the window, rows per second. */
  readonly in_flight_per_s?: number | undefined;
  /** Prompt tokens of the window found in a cache ÷ all of them. Absent if the server is silent. */
  readonly cached_share?: number | undefined;
  /** The same for an endless cache that is cold at the start of the probe. */
  readonly cache_ceiling?: number | undefined;
  /** From the last row of the probe until a small request was as fast as at rest, s. */
  readonly recovery_s?: number | undefined;
  /** The server was still slower than at rest when the wait for it ended. */
  readonly unrecovered?: true | undefined;
  /** From its first row to its end, recovery left out, s of the clock it ran on. */
  readonly took_s: number;
}

const blockSchema = z.object({ rows: count, good: count }) satisfies z.ZodType<SearchBlock>;
const ms = z.number().nonnegative();
const share = z.number().min(0);

export const searchProbeSchema = z.object({
  speed: positive,
  seed: count,
  purpose: z.enum(PROBE_PURPOSES),
  directory: z.string().optional(),
  blocks: z.array(blockSchema),
  offered_per_s: z.number().nonnegative(),
  served_per_s: z.number().nonnegative(),
  flippable: count.optional(),
  stopped: z.object({ reason: z.enum(EARLY_STOPS), after_s: ms }).optional(),
  client_limited: z.string().optional(),
  broken: z.record(z.string(), count),
  ttft_p50_ms: ms.optional(),
  ttft_p95_ms: ms.optional(),
  itl_p50_ms: ms.optional(),
  itl_p95_ms: ms.optional(),
  latency_p50_ms: ms.optional(),
  lag_p99_ms: ms.optional(),
  in_flight_per_s: z.number().optional(),
  cached_share: share.optional(),
  cache_ceiling: share.optional(),
  recovery_s: ms.optional(),
  unrecovered: z.literal(true).optional(),
  took_s: ms,
}) satisfies z.ZodType<SearchProbe>;

/** What a search is asked for: equal ones can be continued and compared. */
export interface SearchPlan {
  /** Path of the trace as it was given. */
  readonly trace: string;
  /** SHA-256 of the trace's bytes. Absent for a search written by hand. */
  readonly trace_digest?: string | undefined;
  /** Base URLs of the server, or the name of a modelled deployment. */
  readonly target: readonly string[];
  readonly is_simulated: boolean;
  readonly objectives: readonly FileObjective[];
  /** The share of good rows that a speed has to reach. */
  readonly share: number;
  /** The search ends when high ÷ low is at most 1 + this. */
  readonly precision: number;
  /** The first speed. */
  readonly from: number;
  /** Rows due in this time from the start of a probe are sent and not counted, s. */
  readonly ramp_s: number;
  /** Length of the window, in which rows are counted, s. */
  readonly window_s: number;
  /** The highest speed at which the trace still fills ramp and window. */
  readonly fastest: number;
  readonly max_probes: number;
  readonly seed: number;
  /** Whether a probe whose result is thrown away comes first. */
  readonly warm_up: boolean;
}

export const searchPlanSchema = z.object({
  trace: z.string(),
  trace_digest: z.string().optional(),
  target: z.array(z.string()),
  is_simulated: z.boolean(),
  objectives: z.array(objectiveSchema),
  share: z.number().gt(0).lt(1),
  precision: positive,
  from: positive,
  ramp_s: z.number().nonnegative(),
  window_s: positive,
  fastest: positive,
  max_probes: z.int().positive(),
  seed: count,
  warm_up: z.boolean(),
}) satisfies z.ZodType<SearchPlan>;

export const SEARCH_STATES = ['running', 'completed', 'stopped', 'failed'] as const;

/** `search.json`: written anew after each probe, so that a search that was killed can go on. */
export interface SearchFile {
  readonly schema_version: number;
  readonly state: (typeof SEARCH_STATES)[number];
  readonly plan: SearchPlan;
  readonly probes: readonly SearchProbe[];
  /** Ended before its result was certain. Absent otherwise. */
  readonly ended_by?: 'time' | undefined;
  /** Directory of the replay of the whole trace at the speed found, relative to the search's. */
  readonly final_run?: string | undefined;
}

export const searchFileSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  state: z.enum(SEARCH_STATES),
  plan: searchPlanSchema,
  probes: z.array(searchProbeSchema),
  ended_by: z.literal('time').optional(),
  final_run: z.string().optional(),
}) satisfies z.ZodType<SearchFile>;
