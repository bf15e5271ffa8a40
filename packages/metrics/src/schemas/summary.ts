import * as z from 'zod';

import {
  cachePredictionSchema,
  conditionsSchema,
  objectiveSchema,
  runIdentitySchema,
  SCHEMA_VERSION,
} from './conditions.ts';
import { ALL_ROWS_TAGS, METRIC_TAGS } from '../record/catalog.ts';
import { FAILURE_CLASSES, failureDetailSchema } from '../record/failure.ts';
import { fidelitySchema, optionalEach, VERDICTS } from './fidelity.ts';
import { notMeasurableSchema } from './not-measurable.ts';
import { NOTES, STREAM_NOTES } from '../record/record.ts';
import { scrapedEndpointSchema } from './server-metrics.ts';

export const RUN_STATUSES = [
  /** Every selected row was sent and has ended. */
  'completed',
  /** A signal stopped it. */
  'stopped',
  /** A fault of ours or of the trace stopped it. */
  'failed',
  /** Made again from the records of a run that left no end. */
  'partial',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

const count = z.int().nonnegative();
/** Milliseconds with the precision of whole nanoseconds; negative only for a clock gone wrong. */
const ms = z.number();
const rate = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** Percentiles in ms; one is there only if at least ten values lie above it. */
const percentiles = {
  p50: ms.optional(),
  p90: ms.optional(),
  p95: ms.optional(),
  p99: ms.optional(),
  p99_9: ms.optional(),
  /** Values outside 0 to two hours; there only if there are any. */
  clamped: count.optional(),
};

/** The request bodies that were sent: equal digests are equal bytes on the wire. */
export const bodiesSchema = z.object({ count, bytes: count, digest: z.string() });

/** A figure of the server's and ours, and the first less the second. */
const compared = z.object({ server: z.number(), ours: z.number(), difference: z.number() });

const distribution = z.object({
  unit: z.literal('ms'),
  count: count.positive(),
  mean: ms,
  min: ms,
  max: ms,
  ...percentiles,
});

export type Distribution = z.infer<typeof distribution>;

/** One metric over all rows, failed and unfinished ones counted as +∞. */
const allRowsDistribution = z.object({
  unit: z.literal('ms'),
  /** Rows counted, infinite ones included. */
  count: count.positive(),
  infinite: count,
  /** Mean and maximum are infinite, and so left out, when any row is. */
  mean: ms.optional(),
  min: ms.optional(),
  max: ms.optional(),
  ...percentiles,
});

export type AllRowsDistribution = z.infer<typeof allRowsDistribution>;

/** A metric without values is left out. */
const metrics = z.object({
  ...optionalEach(METRIC_TAGS, distribution),
  ...optionalEach(ALL_ROWS_TAGS, allRowsDistribution),
});

export type MetricSummaries = z.infer<typeof metrics>;

/** What became of the rows; `total` is the sum of the next four. */
export const rowCountsSchema = z.object({
  total: count,
  ok: count,
  failed: count,
  aborted_inflight: count,
  not_sent: count,
  /** Ok rows whose output length is not the one asked for; part of `ok`, never good. */
  length_mismatch: count,
});

const goodput = z.object({
  objectives: z.array(objectiveSchema),
  good: count,
  /** Of all rows of the run. */
  fraction: share.optional(),
  requests_per_second: rate.optional(),
  tokens_per_second: rate.optional(),
  good_from_schedule: count,
  good_as_aiperf: count,
});

/** summary.json: the derived numbers of one run. `docs/metrics.md` defines each of them. */
export const summarySchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  status: z.enum(RUN_STATUSES),
  run: runIdentitySchema,
  rows: rowCountsSchema,
  /** Only classes that happened. */
  failures: z.partialRecord(z.enum(FAILURE_CLASSES), count.positive()),
  /** At most 50 kinds, the most frequent first. */
  failure_details: z.array(failureDetailSchema),
  /** Failed rows of kinds beyond these; there only if there are any. */
  failure_details_dropped: count.positive().optional(),
  notes: z.partialRecord(z.enum(NOTES), count.positive()),
  /** There only if there are any. */
  stream_notes: z.partialRecord(z.enum(STREAM_NOTES), count.positive()).optional(),
  metrics,
  /** Figures that these rows do not support; they are left out. */
  not_measurable: notMeasurableSchema.optional(),
  /** There only if objectives were set and it can be measured. */
  goodput: goodput.optional(),
  rates: z.object({
    requests_per_second: rate.optional(),
    output_tokens_per_second: rate.optional(),
    total_tokens_per_second: rate.optional(),
  }),
  tokens: z.object({
    output_asked: count,
    output_counted: count,
    /** Rows; `unknown` is there only if nobody counted the tokens of some. */
    counted_by: z.object({ usage: count, chunks: count, unknown: count.positive().optional() }),
    /** Rows whose ITL is, or may be, another by the other definition; there only if any are. */
    itl_by: z
      .object({ first_token: count.positive().optional(), first_chunk: count.positive().optional() })
      .optional(),
  }),
  /** There only if the server counted the prompt of a row. */
  prompt: z
    .object({
      rows: count.positive(),
      requested: count,
      counted: count,
      /** Counted − requested, a row. */
      drift: z.object({ min: z.int(), max: z.int(), mean: z.number() }),
    })
    .optional(),
  /** There only if one of its parts is. */
  cache: z
    .object({
      /** Ok rows whose cached tokens the server told. */
      observed: z
        .object({ rows: count.positive(), cached_tokens: count, prompt_tokens: count })
        .optional(),
      /** Ok rows whose hit rate the router told. */
      router: z.object({ rows: count.positive(), mean_hit_rate: share }).optional(),
      /** Of all selected rows. */
      predicted: z.object({ rows: count, ...cachePredictionSchema.shape }).optional(),
      /** More was cached than that: the server was not cold. */
      exceeds_prediction: z.literal(true).optional(),
    })
    .optional(),
  /** How finely the client saw the streams: gaps under 50 µs were read together. */
  arrivals: z.object({ chunks: count, gaps: count, coalesced: count }),
  /** Absent if no row has ended. */
  duration_seconds: z.number().positive().optional(),
  benchmark_duration_seconds: z.number().positive().optional(),
  bodies: bodiesSchema.optional(),
  /** Server's stamp when a request came − our wall clock when it was sent, as Dynamo tells it. */
  server_clock: z.object({ least_ms: z.number(), most_ms: z.number() }).optional(),
  /** What the server's own Prometheus pages said; absent if none was scraped. */
  server_metrics: z
    .object({
      endpoints: z.array(scrapedEndpointSchema),
      /** Absent if no page counts requests in a way that we know, and for a shard. */
      check: z
        .object({
          source: z.string(),
          requests: compared.optional(),
          output_tokens: compared.optional(),
          time_to_first_token_mean_ms: compared.optional(),
        })
        .optional(),
    })
    .optional(),
  /** There only in a run that was merged from shards. */
  shards: z
    .object({
      count: count.positive(),
      /** Those that have ended, so that all of their rows are accounted for. */
      merged: count,
      /** Indices of the others; there only if there are any. */
      missing: z.array(count).optional(),
      /** Between the shards' `server_clock.least_ms`; there only if two or more have one. */
      server_clock_spread_ms: z.number().nonnegative().optional(),
      /** The shard whose own verdict is the worst; absent if none judged itself. */
      worst: z.object({ index: count, verdict: z.enum(VERDICTS) }).optional(),
    })
    .optional(),
  /** How far all this can be believed; absent if the run left no readings of itself. */
  fidelity: fidelitySchema.optional(),
  conditions: conditionsSchema,
});

export type Summary = z.infer<typeof summarySchema>;
