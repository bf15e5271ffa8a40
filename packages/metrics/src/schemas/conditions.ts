import * as z from 'zod';

import { REQUEST_METRICS, type RequestMetric } from '../record/catalog.ts';

/** Version of the shape of summary.json, run.json and input_config.json. */
export const SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

/** The hits of a prefix cache without a limit, cold at first, on the selected rows. */
export interface CachePrediction {
  /** Prompt tokens that it would have, at most. From the trace's hash ids. */
  readonly cached_tokens: number;
  /** All prompt tokens of the rows. From the trace. */
  readonly prompt_tokens: number;
  /** Mean over the rows of cached ÷ prompt tokens, 0 to 1. From the trace. */
  readonly mean_hit_rate: number;
}

export const cachePredictionSchema = z.object({
  cached_tokens: count,
  prompt_tokens: count,
  mean_hit_rate: z.number().min(0).max(1),
}) satisfies z.ZodType<CachePrediction>;

/** Hits that a deployment's caches are expected to have on the selected rows. */
export interface ExpectedHits {
  /** Prompt tokens from a cache. From the trace's hash ids. */
  readonly cached_tokens: number;
  /** Mean over the rows of cached ÷ prompt tokens, 0 to 1. From the trace. */
  readonly mean_hit_rate: number;
}

/** The hits to expect of workers that each have a cache of this size, cold at first. */
export interface CacheExpectation {
  /** Number of workers that compute prompts. From the options. */
  readonly workers: number;
  /** Tokens that the cache of one worker holds. From the options. */
  readonly cache_tokens: number;
  /** Where a row goes to the worker that then has computed the fewest prompt tokens. */
  readonly kv_aware: ExpectedHits;
  /** Where rows go to the workers in turns. */
  readonly round_robin: ExpectedHits;
}

const expectedHitsSchema = z.object({
  cached_tokens: count,
  mean_hit_rate: z.number().min(0).max(1),
}) satisfies z.ZodType<ExpectedHits>;

export const cacheExpectationSchema = z.object({
  workers: z.int().positive(),
  cache_tokens: z.int().positive(),
  kv_aware: expectedHitsSchema,
  round_robin: expectedHitsSchema,
}) satisfies z.ZodType<CacheExpectation>;

/** The trace of a run and the part of it that was selected. */
export interface TraceConditions {
  /** As it was named: a path, `-` for standard input, `(rows)` for a program's own. */
  readonly file: string;
  /**
   * Of the file as it lies on the disk, 64 lower-case hexadecimal digits. From the trace. Absent if
   * the replay was stopped while the trace was read.
   */
  readonly sha256?: string | undefined;
  /** Rows in the trace; without `sha256` the rows read. From the trace. */
  readonly rows: number;
  /** Rows of the run, all its shards together. From window and limit. */
  readonly selected_rows: number;
  /** Index of the first selected row in the trace, from 0. From window and limit. */
  readonly first_row: number;
  /** Prompt tokens that one hash id names. From the options. */
  readonly block_size: number;
  /** What a cache could save. Absent if there are more than 8 million different prefixes. */
  readonly cache_prediction?: CachePrediction | undefined;
  /** What the server's caches are expected to save. Absent if the options do not describe them. */
  readonly cache_expectation?: CacheExpectation | undefined;
}

/** The machine of a run. */
export interface HostConditions {
  /** Name of the machine. Absent in a run of shards on several. */
  readonly hostname?: string | undefined;
  /** Operating system, as Node.js names it. */
  readonly os: string;
  /** Processor architecture, as Node.js names it. */
  readonly arch: string;
  /** Number of processors that the process may use. */
  readonly cpus: number;
  /** Memory of the machine, bytes. */
  readonly memory_bytes: number;
}

/** Under what conditions a run was made: what a comparison of two runs has to look at first. */
export interface Conditions {
  /** The trace. */
  readonly trace: TraceConditions;
  /**
   * The model asked for. From the options, or else the server's list. Absent if it is in neither: a
   * replay that was stopped before it had asked.
   */
  readonly model?: string | undefined;
  /** API that was called. From the options. */
  readonly endpoint: 'chat' | 'completions';
  /** Base URLs, without credentials. From the options. */
  readonly urls: string[];
  /** Seed of the prompt texts, an integer. From the options. */
  readonly seed: number;
  /** Factor that the gaps of the trace were divided by. From the options. */
  readonly speedup: number;
  /** Rows with an earlier timestamp were left out, ms of the trace's clock. Absent if not set. */
  readonly start_offset_ms?: number | undefined;
  /** Rows with a later timestamp were left out, ms of the trace's clock. Absent if not set. */
  readonly end_offset_ms?: number | undefined;
  /** Most rows. From the options. Absent if not set. */
  readonly limit?: number | undefined;
  /** Whether the server had to make just the tokens asked for. From the options. */
  readonly output_length: 'exact' | 'cap';
  /**
   * Name of the rule by which rows became prompts: equal names and seeds give equal bytes. `own`
   * for prompts of a program, of which nothing is known.
   */
  readonly prompt_algorithm: string;
  /** Every option as it was in force, in snake_case, without secrets. */
  readonly flags: Record<string, unknown>;
  /** Versions of `trace_replay`, `node`, `undici` and whatever else decides the numbers. */
  readonly versions: {
    /** Version of this tool. */
    readonly trace_replay: string;
    /** Version of Node.js. */
    readonly node: string;
    /** Version of the HTTP client. */
    readonly undici: string;
    readonly [name: string]: string;
  };
  /** The machine. */
  readonly host: HostConditions;
}

export const conditionsSchema = z.object({
  trace: z.object({
    file: z.string(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    rows: count,
    selected_rows: count,
    first_row: count,
    block_size: z.int().positive(),
    cache_prediction: cachePredictionSchema.optional(),
    cache_expectation: cacheExpectationSchema.optional(),
  }),
  model: z.string().optional(),
  endpoint: z.enum(['chat', 'completions']),
  urls: z.array(z.string()),
  seed: z.int(),
  speedup: z.number().positive(),
  start_offset_ms: z.number().optional(),
  end_offset_ms: z.number().optional(),
  limit: z.int().positive().optional(),
  output_length: z.enum(['exact', 'cap']),
  prompt_algorithm: z.string(),
  flags: z.record(z.string(), z.unknown()),
  versions: z
    .object({ trace_replay: z.string(), node: z.string(), undici: z.string() })
    .catchall(z.string()),
  host: z.object({
    hostname: z.string().optional(),
    os: z.string(),
    arch: z.string(),
    cpus: z.int().positive(),
    memory_bytes: count,
  }),
}) satisfies z.ZodType<Conditions>;

/** Which run it is, and when it was. */
export interface RunIdentity {
  /** As in the `x-request-id` of its requests. Absent if it was stopped before it had one. */
  readonly id?: string | undefined;
  /** `--name` of the command. Absent in a run of the library. */
  readonly name?: string | undefined;
  /** ISO 8601: when the first selected row was due; until then, when the run began. Wall clock. */
  readonly started_at: string;
  /** ISO 8601: when the last row had ended. Wall clock. Absent while it goes on. */
  readonly ended_at?: string | undefined;
  /** The part of a run that this is. Absent if it is whole. */
  readonly shard?:
    | {
        /** Index of the part, from 0. */
        readonly index: number;
        /** Number of parts. */
        readonly count: number;
        /** Rows of this part, which its counts add up to. */
        readonly rows: number;
      }
    | undefined;
}

export const runIdentitySchema = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().optional(),
  shard: z.object({ index: count, count: z.int().positive(), rows: count }).optional(),
}) satisfies z.ZodType<RunIdentity>;

/** Rows that a run, or a shard of one, has to account for. */
export function rowsOf(run: RunIdentity, conditions: Conditions): number {
  return run.shard?.rows ?? conditions.trace.selected_rows;
}

/** An objective as files have it. */
export interface FileObjective {
  /** Tag of the metric. */
  readonly metric: RequestMetric;
  /** The largest value that a good request may have, ms. */
  readonly limit_ms: number;
}

export const objectiveSchema = z.object({
  metric: z.enum(REQUEST_METRICS),
  limit_ms: z.number().positive(),
}) satisfies z.ZodType<FileObjective>;

/** input_config.json; `deployment` to `endpoint` are the recipe's fields, by its names. */
export const inputConfigSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  deployment: z.string(),
  model: z.string(),
  trace_file: z.string(),
  trace_requests: count,
  ttft_threshold_ms: z.number().positive().optional(),
  itl_threshold_ms: z.number().positive().optional(),
  endpoint: z.string(),
  run: runIdentitySchema,
  objectives: z.array(objectiveSchema),
  conditions: conditionsSchema,
});

export type InputConfig = z.infer<typeof inputConfigSchema>;
