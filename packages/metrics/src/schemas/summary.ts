import * as z from 'zod';

import { ALL_ROWS_TAGS, METRIC_TAGS } from '../record/catalog.ts';
import {
  FAILURE_CLASSES,
  type FailureClass,
  type FailureDetail,
  failureDetailSchema,
} from '../record/failure.ts';
import { type Note, NOTES, STREAM_NOTES, type StreamNote } from '../record/record.ts';
import {
  type CacheExpectation,
  cacheExpectationSchema,
  type CachePrediction,
  cachePredictionSchema,
  type Conditions,
  conditionsSchema,
  type FileObjective,
  objectiveSchema,
  type RunIdentity,
  runIdentitySchema,
  SCHEMA_VERSION,
} from './conditions.ts';
import {
  type Fidelity,
  fidelitySchema,
  optionalEach,
  type Verdict,
  VERDICTS,
} from './fidelity.ts';
import { type NotMeasurable, notMeasurableSchema } from './not-measurable.ts';
import { type ScrapedEndpoint, scrapedEndpointSchema } from './server-metrics.ts';

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

/** Percentiles, at most 0.1 % too high; one is there only if at least ten values lie above it. */
export interface PercentilesMs {
  /** Half of the values are at most so large, ms. Absent with fewer than ten above it. */
  readonly p50?: number | undefined;
  /** 90 % are at most so large, ms. Absent with fewer than ten above it. */
  readonly p90?: number | undefined;
  /** 95 % are at most so large, ms. Absent with fewer than ten above it. */
  readonly p95?: number | undefined;
  /** 99 % are at most so large, ms. Absent with fewer than ten above it. */
  readonly p99?: number | undefined;
  /** 99.9 % are at most so large, ms. Absent with fewer than ten above it. */
  readonly p99_9?: number | undefined;
  /** Number of values outside 0 to two hours. Absent if there are none. */
  readonly clamped?: number | undefined;
}

const percentiles = {
  p50: ms.optional(),
  p90: ms.optional(),
  p95: ms.optional(),
  p99: ms.optional(),
  p99_9: ms.optional(),
  clamped: count.optional(),
};

/** The request bodies that were sent: equal digests are equal bytes on the wire. */
export interface Bodies {
  /** Number of bodies. */
  readonly count: number;
  /** Their size together, bytes. */
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly digest: string;
}

export const bodiesSchema = z.object({
  count,
  bytes: count,
  digest: z.string(),
}) satisfies z.ZodType<Bodies>;

/** A figure of the server's and ours. */
export interface ComparedFigure {
  /** Its increase over the run, in the unit that its key names. From the server's page. */
  readonly server: number;
  /** Of our ok rows, in the same unit. */
  readonly ours: number;
  /** The server's less ours, in the same unit. */
  readonly difference: number;
}

const compared = z.object({
  server: z.number(),
  ours: z.number(),
  difference: z.number(),
}) satisfies z.ZodType<ComparedFigure>;

/** A figure of the server's, and ours where there is one that counts alike. */
export interface ServerFigure {
  /** Its increase over the run, in the unit that its key names. From the server's page. */
  readonly server: number;
  /** Of our ok rows, in the same unit. Absent if we have none that counts alike. */
  readonly ours?: number | undefined;
  /** The server's less ours, in the same unit. Absent without ours. */
  readonly difference?: number | undefined;
}

const serverFigure = z.object({
  server: z.number(),
  ours: z.number().optional(),
  difference: z.number().optional(),
}) satisfies z.ZodType<ServerFigure>;

/** The values of one metric. */
export interface Distribution extends PercentilesMs {
  /** Unit of every value here. */
  readonly unit: 'ms';
  /** Number of values. */
  readonly count: number;
  /** Exact sum ÷ count, ms. */
  readonly mean: number;
  /** The smallest, exact, ms. */
  readonly min: number;
  /** The largest, exact, ms. */
  readonly max: number;
}

const distribution = z.object({
  unit: z.literal('ms'),
  count: count.positive(),
  mean: ms,
  min: ms,
  max: ms,
  ...percentiles,
}) satisfies z.ZodType<Distribution>;

/** One metric over all rows, failed and unfinished ones counted as +∞. */
export interface AllRowsDistribution extends PercentilesMs {
  /** Unit of every value here. */
  readonly unit: 'ms';
  /** Rows counted, infinite ones included. */
  readonly count: number;
  /** Rows that count as +∞. */
  readonly infinite: number;
  /** Exact sum ÷ count, ms. Absent if a row is infinite. */
  readonly mean?: number | undefined;
  /** The smallest, exact, ms. Absent if all rows are infinite. */
  readonly min?: number | undefined;
  /** The largest, exact, ms. Absent if a row is infinite. */
  readonly max?: number | undefined;
}

const allRowsDistribution = z.object({
  unit: z.literal('ms'),
  count: count.positive(),
  infinite: count,
  mean: ms.optional(),
  min: ms.optional(),
  max: ms.optional(),
  ...percentiles,
}) satisfies z.ZodType<AllRowsDistribution>;

/** The metrics of `CATALOG`, which defines each of them. */
export interface MetricSummaries {
  /** From sent to the first token, ok rows. Absent without values. */
  time_to_first_token?: Distribution | undefined;
  /** Mean gap between the tokens of a request, ok rows of two or more. Absent without values. */
  inter_token_latency?: Distribution | undefined;
  /** From sent to the last token, ok rows. Absent without values. */
  request_latency?: Distribution | undefined;
  /** From due to the first token, ok rows. Absent without values. */
  time_to_first_token_from_schedule?: Distribution | undefined;
  /** From due to the last token, ok rows. Absent without values. */
  request_latency_from_schedule?: Distribution | undefined;
  /** From one event with content to the next, every gap of ok rows. Absent without values. */
  inter_chunk_latency?: Distribution | undefined;
  /** From due to sent, every row that was sent. Absent without values. */
  schedule_lag?: Distribution | undefined;
  /** Time to connect, TLS included, rows with a new socket. Absent without values. */
  connect_time?: Distribution | undefined;
  /** Time spent waiting for a socket, rows that waited. Absent without values. */
  socket_wait?: Distribution | undefined;
  /** From sent to the first token, all rows. Absent if the run had none. */
  time_to_first_token_all_rows?: AllRowsDistribution | undefined;
  /** Mean gap between the tokens of a request, all rows. Absent if the run had none. */
  inter_token_latency_all_rows?: AllRowsDistribution | undefined;
  /** From sent to the last token, all rows. Absent if the run had none. */
  request_latency_all_rows?: AllRowsDistribution | undefined;
}

const metrics = z.object({
  ...optionalEach(METRIC_TAGS, distribution),
  ...optionalEach(ALL_ROWS_TAGS, allRowsDistribution),
}) satisfies z.ZodType<MetricSummaries>;

/** What became of the rows; `total` is the sum of the next four. */
export interface RowCounts {
  /** Selected rows. From the trace and the options. */
  readonly total: number;
  /** Rows that were answered whole. */
  readonly ok: number;
  /** Rows that failed. */
  readonly failed: number;
  /** Rows that were in flight when the run was ended. */
  readonly aborted_inflight: number;
  /** Rows that were never sent. */
  readonly not_sent: number;
  /** Ok rows whose output length is not the one asked for: part of `ok`, never good. */
  readonly length_mismatch: number;
}

export const rowCountsSchema = z.object({
  total: count,
  ok: count,
  failed: count,
  aborted_inflight: count,
  not_sent: count,
  length_mismatch: count,
}) satisfies z.ZodType<RowCounts>;

/** Rows that keep every objective. */
export interface Goodput {
  /** The objectives. From the options. */
  readonly objectives: FileObjective[];
  /** Good rows. */
  readonly good: number;
  /** Good rows ÷ all rows of the run, 0 to 1. Absent if it had no rows. */
  readonly fraction?: number | undefined;
  /** Good rows ÷ duration, rows per second. Absent if no row has ended. */
  readonly requests_per_second?: number | undefined;
  /** Output tokens of good rows ÷ duration, tokens per second. Absent if not known. */
  readonly tokens_per_second?: number | undefined;
  /** Rows that stay good when latency counts from due. */
  readonly good_from_schedule: number;
  /** Good rows by aiperf's rule. */
  readonly good_as_aiperf: number;
}

const goodput = z.object({
  objectives: z.array(objectiveSchema),
  good: count,
  fraction: share.optional(),
  requests_per_second: rate.optional(),
  tokens_per_second: rate.optional(),
  good_from_schedule: count,
  good_as_aiperf: count,
}) satisfies z.ZodType<Goodput>;

/** Rates over the duration of the run. */
export interface Rates {
  /** Ok rows per second. Absent if no row has ended. */
  readonly requests_per_second?: number | undefined;
  /** Their output tokens per second. Absent if the length of a row is not known. */
  readonly output_tokens_per_second?: number | undefined;
  /** Their prompt and output tokens per second. Absent if the length of a row is not known. */
  readonly total_tokens_per_second?: number | undefined;
}

/** Output tokens of ok rows. */
export interface TokenCounts {
  /** Tokens asked for. From the trace. */
  readonly output_asked: number;
  /** Tokens counted. */
  readonly output_counted: number;
  /** Who counted the tokens. */
  readonly counted_by: {
    /** Ok rows counted by the server. */
    readonly usage: number;
    /** Ok rows counted by their events with content. */
    readonly chunks: number;
    /** Ok rows of which nobody counted the tokens. Absent if there are none. */
    readonly unknown?: number | undefined;
  };
  /** Rows whose ITL is, or may be, another by the other definition. Absent if there are none. */
  readonly itl_by?:
    | {
        /** Ok rows of fewer events than tokens, the first taken for one token. Absent if none. */
        readonly first_token?: number | undefined;
        /** Ok rows whose first event had not one token, as the server counted. Absent if none. */
        readonly first_chunk?: number | undefined;
      }
    | undefined;
}

/** Prompt tokens of the ok rows whose prompt the server counted. */
export interface PromptCounts {
  /** Number of such rows. */
  readonly rows: number;
  /** Their prompt tokens as asked. From the trace. */
  readonly requested: number;
  /** Their prompt tokens as counted. From the server. */
  readonly counted: number;
  /** Counted − requested, tokens of one row. */
  readonly drift: {
    /** The smallest, tokens. */
    readonly min: number;
    /** The largest, tokens. */
    readonly max: number;
    /** The mean over the rows, tokens. */
    readonly mean: number;
  };
}

/** What is known about the server's prefix cache. */
export interface CacheSummary {
  /** Ok rows whose cached tokens the server counted. Absent if there are none. */
  readonly observed?:
    | {
        /** Number of such rows. */
        readonly rows: number;
        /** Their cached tokens. From the server. */
        readonly cached_tokens: number;
        /** All their prompt tokens. From the server. */
        readonly prompt_tokens: number;
      }
    | undefined;
  /** Ok rows whose hit rate the router gave. Absent if there are none. */
  readonly router?:
    | {
        /** Number of such rows. */
        readonly rows: number;
        /** Mean of their hit rates, 0 to 1. From the server. */
        readonly mean_hit_rate: number;
      }
    | undefined;
  /** The ceiling: most that a cold cache can save. Absent if the conditions have none. */
  readonly predicted?:
    | (CachePrediction & {
        /** Selected rows. */
        readonly rows: number;
      })
    | undefined;
  /** What the caches of `--server-workers` save. Absent if the options do not describe them. */
  readonly expected?: CacheExpectation | undefined;
  /** True if more was cached than predicted: the server was not cold. Absent otherwise. */
  readonly exceeds_prediction?: true | undefined;
}

/** How finely the client saw the streams of ok rows. */
export interface ArrivalCounts {
  /** Number of events with content. */
  readonly chunks: number;
  /** Number of gaps between them. */
  readonly gaps: number;
  /** Number of gaps under 50 µs: such events were read together. */
  readonly coalesced: number;
}

/** Server's stamp of a request's arrival − our wall clock when it was sent: clocks, and way. */
export interface ServerClock {
  /** Of the row with the shortest way, ms: nearest to the difference of the clocks. */
  readonly least_ms: number;
  /** Of the row with the longest way, ms. */
  readonly most_ms: number;
}

/** What the server's own Prometheus pages said. */
export interface ServerMetricsSummary {
  /** The pages. */
  readonly endpoints: ScrapedEndpoint[];
  /** Their counters beside our records. Absent if no page counts requests, and for a shard. */
  readonly check?:
    | {
        /** Whose counters they are, such as `vllm`; `docs/servers.md` has the list. */
        readonly source: string;
        /** Requests that succeeded. Absent if the server does not count them. */
        readonly requests?: ComparedFigure | undefined;
        /** Output tokens. Absent if the server does not count them, or with `cut_rows`. */
        readonly output_tokens?: ComparedFigure | undefined;
        /**
         * Mean time to first token, ms; ours is of all rows that got one, as the server's is.
         * Absent if the server does not measure it.
         */
        readonly time_to_first_token_mean_ms?: ComparedFigure | undefined;
        /**
         * Mean time per output token after the first, ms. Ours only where the server, as we do,
         * takes the mean over requests. Absent if the server does not measure it.
         */
        readonly time_per_output_token_mean_ms?: ServerFigure | undefined;
        /**
         * Prompt tokens from a cache. Ours only where every ok row counts them and there are no
         * `cut_rows`. Absent if the server does not count them.
         */
        readonly cached_tokens?: ServerFigure | undefined;
        /** Our rows that got a token and are not ok. Absent if there are none. */
        readonly cut_rows?: number | undefined;
      }
    | undefined;
}

/** The parts of a run that was merged. */
export interface ShardsSummary {
  /** Number of parts. */
  readonly count: number;
  /** Number of parts that have ended, so that all of their rows are accounted for. */
  readonly merged: number;
  /** Indices of the others. Absent if there are none. */
  readonly missing?: number[] | undefined;
  /** Between the parts' `server_clock.least_ms`, ms. Absent if fewer than two have one. */
  readonly server_clock_spread_ms?: number | undefined;
  /** The part whose own verdict is the worst. Absent if none judged itself. */
  readonly worst?:
    | {
        /** Index of the part, from 0. */
        readonly index: number;
        /** Its own verdict. */
        readonly verdict: Verdict;
      }
    | undefined;
}

/**
 * summary.json: the derived numbers of one run. `docs/metrics.md` defines each of them. They are
 * made from the records, where a field names no other source.
 */
export interface Summary {
  /** Version of the summary's shape. From us. */
  readonly schema_version: typeof SCHEMA_VERSION;
  /** How the run ended. From the run itself. */
  readonly status: RunStatus;
  /** Which run it is. From the run itself. */
  readonly run: RunIdentity;
  /** What became of the rows. */
  readonly rows: RowCounts;
  /** Failed rows of each class; only classes that happened. */
  readonly failures: Partial<Record<FailureClass, number>>;
  /** At most 50 kinds of failure with at most 5 lines each, the most frequent first. */
  readonly failure_details: FailureDetail[];
  /** Failed rows of kinds beyond these. Absent if there are none. */
  readonly failure_details_dropped?: number | undefined;
  /** Rows with each note; only notes that happened. */
  readonly notes: Partial<Record<Note, number>>;
  /**
   * Finish reasons of the rows with the note `finish_reason_unknown`, in the server's words, 20 at
   * most. Absent if there is no such row.
   */
  readonly unknown_finish_reasons?:
    | {
        /** Up to 64 characters of it. */
        readonly reason: string;
        /** Rows that ended with it. */
        readonly count: number;
      }[]
    | undefined;
  /** Rows with each stream note. Absent if there are none. */
  readonly stream_notes?: Partial<Record<StreamNote, number>> | undefined;
  /** The metrics. */
  readonly metrics: MetricSummaries;
  /** Figures that these rows do not support; they are left out. Absent if there are none. */
  readonly not_measurable?: NotMeasurable | undefined;
  /** Rows that keep every objective. Absent if none were set, or it cannot be measured. */
  readonly goodput?: Goodput | undefined;
  /** Rates over the duration. */
  readonly rates: Rates;
  /** Output tokens. */
  readonly tokens: TokenCounts;
  /** Prompt tokens. Absent if the server counted the prompt of no row. */
  readonly prompt?: PromptCounts | undefined;
  /** Caches. Absent if nothing is known of them. */
  readonly cache?: CacheSummary | undefined;
  /** How finely the client saw the streams. */
  readonly arrivals: ArrivalCounts;
  /** From the zero to the last end of any row, seconds. Absent if no row has ended. */
  readonly duration_seconds?: number | undefined;
  /** Duration by aiperf's rule, seconds. Absent if no row was ok. */
  readonly benchmark_duration_seconds?: number | undefined;
  /** The bodies that were sent. From the client. Absent if the summary was made from records. */
  readonly bodies?: Bodies | undefined;
  /** The clocks of server and client. Absent if the server gave no `request_received_ms`. */
  readonly server_clock?: ServerClock | undefined;
  /** Figures of the server itself. From its Prometheus pages. Absent if none was scraped. */
  readonly server_metrics?: ServerMetricsSummary | undefined;
  /** Its parts. From their files. Absent unless the run was merged. */
  readonly shards?: ShardsSummary | undefined;
  /** How far all this can be believed. Absent if the run left no readings of itself. */
  readonly fidelity?: Fidelity | undefined;
  /** Under what conditions the run was made. From the options, the trace and the machine. */
  readonly conditions: Conditions;
}

/** Reads a summary and leaves out keys that it does not know. */
export const summarySchema: z.ZodType<Summary> = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  status: z.enum(RUN_STATUSES),
  run: runIdentitySchema,
  rows: rowCountsSchema,
  failures: z.partialRecord(z.enum(FAILURE_CLASSES), count.positive()),
  failure_details: z.array(failureDetailSchema),
  failure_details_dropped: count.positive().optional(),
  notes: z.partialRecord(z.enum(NOTES), count.positive()),
  unknown_finish_reasons: z.array(z.object({ reason: z.string(), count })).optional(),
  stream_notes: z.partialRecord(z.enum(STREAM_NOTES), count.positive()).optional(),
  metrics,
  not_measurable: notMeasurableSchema.optional(),
  goodput: goodput.optional(),
  rates: z.object({
    requests_per_second: rate.optional(),
    output_tokens_per_second: rate.optional(),
    total_tokens_per_second: rate.optional(),
  }),
  tokens: z.object({
    output_asked: count,
    output_counted: count,
    counted_by: z.object({ usage: count, chunks: count, unknown: count.positive().optional() }),
    itl_by: z
      .object({ first_token: count.positive().optional(), first_chunk: count.positive().optional() })
      .optional(),
  }),
  prompt: z
    .object({
      rows: count.positive(),
      requested: count,
      counted: count,
      drift: z.object({ min: z.int(), max: z.int(), mean: z.number() }),
    })
    .optional(),
  cache: z
    .object({
      observed: z
        .object({ rows: count.positive(), cached_tokens: count, prompt_tokens: count })
        .optional(),
      router: z.object({ rows: count.positive(), mean_hit_rate: share }).optional(),
      predicted: z.object({ rows: count, ...cachePredictionSchema.shape }).optional(),
      expected: cacheExpectationSchema.optional(),
      exceeds_prediction: z.literal(true).optional(),
    })
    .optional(),
  arrivals: z.object({ chunks: count, gaps: count, coalesced: count }),
  duration_seconds: z.number().positive().optional(),
  benchmark_duration_seconds: z.number().positive().optional(),
  bodies: bodiesSchema.optional(),
  server_clock: z.object({ least_ms: z.number(), most_ms: z.number() }).optional(),
  server_metrics: z
    .object({
      endpoints: z.array(scrapedEndpointSchema),
      check: z
        .object({
          source: z.string(),
          requests: compared.optional(),
          output_tokens: compared.optional(),
          time_to_first_token_mean_ms: compared.optional(),
          time_per_output_token_mean_ms: serverFigure.optional(),
          cached_tokens: serverFigure.optional(),
          cut_rows: count.positive().optional(),
        })
        .optional(),
    })
    .optional(),
  shards: z
    .object({
      count: count.positive(),
      merged: count,
      missing: z.array(count).optional(),
      server_clock_spread_ms: z.number().nonnegative().optional(),
      worst: z.object({ index: count, verdict: z.enum(VERDICTS) }).optional(),
    })
    .optional(),
  fidelity: fidelitySchema.optional(),
  conditions: conditionsSchema,
});
