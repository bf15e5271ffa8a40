import * as z from 'zod';

import {
  conditionsSchema,
  objectiveSchema,
  runIdentitySchema,
  SCHEMA_VERSION,
} from './conditions.ts';
import { reasonSchema, VERDICTS } from './fidelity.ts';
import { readingsSchema } from './readings.ts';
import { bodiesSchema, RUN_STATUSES, rowCountsSchema } from './summary.ts';

/** One moment on both clocks of a host. */
const moment = z.object({
  /** Wall clock, milliseconds since the Unix epoch. */
  unix_ms: z.number(),
  /** CLOCK_MONOTONIC in nanoseconds: a text, because it may pass 2^53. */
  monotonic_ns: z.string().regex(/^\d+$/),
});

/** What a shard's own files say of it. */
const shardState = z.object({
  index: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  status: z.enum(['running', ...RUN_STATUSES]),
  exit_code: z.int().min(0).max(255).optional(),
  hostname: z.string().optional(),
  zero: moment.optional(),
  server_clock_least_ms: z.number().optional(),
  verdict: z.enum(VERDICTS).optional(),
  reasons: z.array(reasonSchema).optional(),
});

export type ShardState = z.infer<typeof shardState>;

/**
 * run.json: how the run stands. Written with status `running` before the first row is sent and
 * replaced at the end, so one that still says `running` beside no process is a run that was killed.
 */
export const runStateSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  status: z.enum(['running', ...RUN_STATUSES]),
  run: runIdentitySchema,
  conditions: conditionsSchema,
  objectives: z.array(objectiveSchema),
  /** When the first selected row was due; absent until the schedule has begun. */
  zero: moment.optional(),
  /** When the last row had ended. If the clocks moved apart, it is by a step or a sleep. */
  end: moment.optional(),
  /** Of the bodies sent; absent while running. */
  bodies: bodiesSchema.optional(),
  /** Absent while running. */
  rows: rowCountsSchema.optional(),
  /** What the run measured of itself, for its verdict; absent while running. */
  readings: readingsSchema.optional(),
  /** There only in a run that was merged: its parts, as far as they left anything. */
  shards: z.object({ count: z.int().positive(), parts: z.array(shardState) }).optional(),
  /** Why the run failed or was stopped; one sentence. */
  reason: z.string().optional(),
  /** Exit code of the command; absent while running. */
  exit_code: z.int().min(0).max(255).optional(),
});

export type RunState = z.infer<typeof runStateSchema>;

/** Wall clock at the zero, ms since the Unix epoch; of a run that left none, when it began. */
export function zeroOf({ zero, run }: RunState): number {
  return zero?.unix_ms ?? Date.parse(run.started_at);
}
