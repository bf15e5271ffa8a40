import * as z from 'zod';

import { REQUEST_METRICS } from '../record/catalog.ts';

/** Version of the shape of summary.json, run.json and input_config.json. */
export const SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

/** What a prefix cache without a limit, cold at first, would hold of the selected rows. */
export const cachePredictionSchema = z.object({
  cached_tokens: count,
  prompt_tokens: count,
  /** Mean over the rows of cached ÷ prompt tokens. */
  mean_hit_rate: z.number().min(0).max(1),
});

/** Under what conditions a run was made: what a comparison of two runs has to look at first. */
export const conditionsSchema = z.object({
  trace: z.object({
    /** As the user named it; `-` for standard input. */
    file: z.string(),
    /** Of the file as it lies on the disk, in lower-case hexadecimal digits. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    rows: count,
    selected_rows: count,
    /** Index of the first selected row in the file, from 0. */
    first_row: count,
    /** Prompt tokens that one hash id names. */
    block_size: z.int().positive(),
    cache_prediction: cachePredictionSchema.optional(),
  }),
  model: z.string(),
  endpoint: z.enum(['chat', 'completions']),
  urls: z.array(z.string()),
  seed: z.int(),
  speedup: z.number().positive(),
  /** Window and limit on the trace, there only if they were set; ms of the trace's clock. */
  start_offset_ms: z.number().optional(),
  end_offset_ms: z.number().optional(),
  limit: z.int().positive().optional(),
  output_length: z.enum(['exact', 'cap']),
  /** Name of the rule by which rows become prompts: equal names and seeds give equal bytes. */
  prompt_algorithm: z.string(),
  /** Every option as it was in force, without secrets. */
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
});

export type Conditions = z.infer<typeof conditionsSchema>;

export const runIdentitySchema = z.object({
  /** As in the `x-request-id` of its requests. */
  id: z.string().optional(),
  name: z.string().optional(),
  /** Wall clock when the first selected row was due; until then, when the command began. */
  started_at: z.iso.datetime(),
  /** Wall clock when the last row had ended. */
  ended_at: z.iso.datetime().optional(),
  /** Only of a part of a run: `index` of `count` from 0, and its share of the selected rows. */
  shard: z.object({ index: count, count: z.int().positive(), rows: count }).optional(),
});

export type RunIdentity = z.infer<typeof runIdentitySchema>;

/** Rows that a run, or a shard of one, has to account for. */
export function rowsOf(run: RunIdentity, conditions: Conditions): number {
  return run.shard?.rows ?? conditions.trace.selected_rows;
}

export const objectiveSchema = z.object({
  metric: z.enum(REQUEST_METRICS),
  limit_ms: z.number().positive(),
});

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
