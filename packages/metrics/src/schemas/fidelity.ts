import * as z from 'zod';

import { METRIC_TAGS, type MetricTag } from '../record/catalog.ts';
import { UNMEASURED_FIGURES } from './not-measurable.ts';
import { readingsSchema } from './readings.ts';

/** From best to worst. */
export const VERDICTS = ['valid', 'degraded', 'invalid'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The latencies that are a claim about the server; lag and socket wait are about ourselves. */
export const LATENCY_CLAIMS = METRIC_TAGS.filter(
  (tag): tag is LatencyClaimTag => tag !== 'schedule_lag' && tag !== 'socket_wait',
);

export type LatencyClaimTag = Exclude<MetricTag, 'schedule_lag' | 'socket_wait'>;

export const JUDGED_FIGURES = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;

export type JudgedFigure = (typeof JUDGED_FIGURES)[number];

const count = z.int().nonnegative();
const ms = z.number();
const verdict = z.enum(VERDICTS);
const lowered = z.enum(['degraded', 'invalid']);

/** A figure of the report and the client's own error in it; without one, the error is unknown. */
const figure = z.object({ value_ms: ms, error_ms: ms.nonnegative().optional(), verdict });

/** An optional field of one schema for each name. */
export function optionalEach<Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  schema: Schema,
) {
  const fields = Object.fromEntries(names.map((name) => [name, schema.optional()]));
  return fields as Record<Name, z.ZodOptional<Schema>>;
}

const figures = optionalEach(JUDGED_FIGURES, figure);

const latencyClaim = z.object({ verdict, ...figures });

export type LatencyClaim = z.infer<typeof latencyClaim>;

/** Of the lag, which is the error, against the gap: `value_ms` is the lag as well. */
const scheduleClaim = z.object({
  verdict,
  /** Absent if all rows were due at once. */
  mean_gap_ms: ms.positive().optional(),
  ...figures,
});

const goodputClaim = z.object({
  verdict,
  /** Absent if it is unknown, and then so are the flips. */
  error_ms: ms.nonnegative().optional(),
  /** Rows whose verdict could turn within the error. */
  flippable: count.optional(),
  rows: count,
});

/** A reason of one kind with its numbers; every kind has its sentence in `sentences.ts`. */
function reason<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.object({ kind: z.literal(kind), verdict: lowered, ...shape });
}

export const reasonSchema = z.discriminatedUnion('kind', [
  reason('latency_error', {
    claim: z.enum(LATENCY_CLAIMS),
    figure: z.enum(JUDGED_FIGURES),
    value_ms: ms,
    error_ms: ms,
  }),
  reason('error_unknown', { stamps: count }),
  reason('schedule_lag', {
    figure: z.enum(JUDGED_FIGURES),
    lag_ms: ms,
    mean_gap_ms: ms.optional(),
  }),
  reason('goodput_flips', { flippable: count, rows: count, error_ms: ms }),
  reason('sent_early', { earliest_ms: ms }),
  reason('socket_wait', { rows: count, longest_ms: ms }),
  reason('rows_not_sent', { rows: count, total: count }),
  reason('shards_missing', { missing: count, count }),
  reason('local_limit', { rows: count, total: count }),
  reason('length_mismatch', { rows: count, ok: count }),
  reason('stall', {
    longest_ms: ms,
    seen_by: z.enum(['receive_error', 'loop_delay', 'gc']),
    /** Of it, at most, without a core to go on. */
    waited_ms: ms.optional(),
  }),
  reason('cpu_short', { cores_used: z.number(), cores_allowed: z.number() }),
  reason('run_queue_wait', { wait_ms: ms, observed_ms: ms }),
  reason('throttled', { throttled_ms: ms, throttled_periods: count, observed_ms: ms }),
  reason('descriptors', { limit: count, peak_open: count }),
  reason('clock_step', { step_ms: ms }),
  reason('suspended', { suspended_ms: ms }),
]);

/** Reasons that lie in what the server said, beside those that lie in us. */
export const serverReasonSchema = z.discriminatedUnion('kind', [
  /** The server counted another prompt than asked for, and not by the same number in every row. */
  reason('prompt_drift', { least: z.int(), most: z.int(), rows: count }),
  reason('not_measurable', { figures: z.array(z.enum(UNMEASURED_FIGURES)) }),
]);

export type ServerReason = z.infer<typeof serverReasonSchema>;

export type Reason = z.infer<typeof reasonSchema>;

/** How far a run can be believed. `docs/fidelity.md` has the table and the why. */
export const fidelitySchema = z.object({
  /** The worst of all claims and reasons. */
  verdict,
  claims: z.object({
    ...optionalEach(LATENCY_CLAIMS, latencyClaim),
    schedule: scheduleClaim.optional(),
    goodput: goodputClaim.optional(),
  }),
  /** The invalid ones first. */
  reasons: z.array(reasonSchema),
  /** There only if there are any. */
  server_reasons: z.array(serverReasonSchema).optional(),
  inputs: readingsSchema,
});

export type Fidelity = z.infer<typeof fidelitySchema>;
export type Claims = Fidelity['claims'];
