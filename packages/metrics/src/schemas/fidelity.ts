import * as z from 'zod';

import { METRIC_TAGS, type MetricTag } from '../record/catalog.ts';
import { type UnmeasuredFigure, UNMEASURED_FIGURES } from './not-measurable.ts';
import { type Readings, readingsSchema } from './readings.ts';

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
const decides = z.boolean().optional();

/** A figure of the report and the client's own error in it. */
export interface JudgedFigureValue {
  /** The figure, ms. */
  readonly value_ms: number;
  /** The client's own error in it, ms. From the readings. Absent if it is not known. */
  readonly error_ms?: number | undefined;
  /** How far it can be believed. */
  readonly verdict: Verdict;
}

const figure = z.object({
  value_ms: ms,
  error_ms: ms.nonnegative().optional(),
  verdict,
}) satisfies z.ZodType<JudgedFigureValue>;

/** An optional field of one schema for each name. */
export function optionalEach<Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  schema: Schema,
) {
  const fields = Object.fromEntries(names.map((name) => [name, schema.optional()]));
  return fields as Record<Name, z.ZodOptional<Schema>>;
}

const figures = optionalEach(JUDGED_FIGURES, figure);

/** The figures of one claim; absent those that are not in the summary. */
export interface JudgedFigures {
  /** Of the mean. Absent if the summary has none. */
  readonly mean?: JudgedFigureValue | undefined;
  /** Of the median. Absent if the summary has none. */
  readonly p50?: JudgedFigureValue | undefined;
  /** Of the 90th percentile. Absent if the summary has none. */
  readonly p90?: JudgedFigureValue | undefined;
  /** Of the 95th percentile. Absent if the summary has none. */
  readonly p95?: JudgedFigureValue | undefined;
  /** Of the 99th percentile. Absent if the summary has none. */
  readonly p99?: JudgedFigureValue | undefined;
}

/** How far one latency can be believed. */
export interface LatencyClaim extends JudgedFigures {
  /** The worst of its figures. */
  readonly verdict: Verdict;
}

const latencyClaim = z.object({ verdict, ...figures }) satisfies z.ZodType<LatencyClaim>;

/** Of the lag, which is the error, beside the TTFT: `value_ms` is the lag as well. */
export interface ScheduleClaim extends LatencyClaim {
  /**
   * Span of the schedule ÷ (different due times − 1), ms. From the readings. Absent if all rows
   * were due at once.
   */
  readonly mean_gap_ms?: number | undefined;
  /** The lag from which a row counts as late, ms. Absent in runs before 0.2. */
  readonly limit_ms?: number | undefined;
  /** Rows that left later than that, which make the verdict. Absent in runs before 0.2. */
  readonly late_rows?: number | undefined;
}

const scheduleClaim = z.object({
  verdict,
  mean_gap_ms: ms.positive().optional(),
  limit_ms: ms.positive().optional(),
  late_rows: count.optional(),
  ...figures,
}) satisfies z.ZodType<ScheduleClaim>;

/** How far the verdicts of the rows can be believed. */
export interface GoodputClaim {
  /** Of goodput as a whole. */
  readonly verdict: Verdict;
  /** The error within which a row is judged, ms. From the readings. Absent if it is not known. */
  readonly error_ms?: number | undefined;
  /** Rows whose verdict could turn within the error. Absent if the error is not known. */
  readonly flippable?: number | undefined;
  /** All rows of the run. */
  readonly rows: number;
}

const goodputClaim = z.object({
  verdict,
  error_ms: ms.nonnegative().optional(),
  flippable: count.optional(),
  rows: count,
}) satisfies z.ZodType<GoodputClaim>;

interface ReasonOf<Kind extends string> {
  /** Which reason. */
  readonly kind: Kind;
  /** How far it lowers what it concerns. */
  readonly verdict: 'degraded' | 'invalid';
  /**
   * Whether it lowers the verdict of the run, and not only that of a figure beside the headline.
   * Absent in runs before 0.2, in which every reason did.
   */
  readonly decides?: boolean | undefined;
}

/** Why a run is not valid, with its numbers; every kind has its sentence in `sentences.ts`. */
export type Reason =
  | (ReasonOf<'latency_error'> & {
      /** The latency. */
      readonly claim: LatencyClaimTag;
      /** The figure of it. */
      readonly figure: JudgedFigure;
      /** The figure, ms. */
      readonly value_ms: number;
      /** The client's own error in it, ms. From the readings. */
      readonly error_ms: number;
    })
  | (ReasonOf<'error_unknown'> & {
      /** Number of canary stamps, too few to know the error. From the readings. */
      readonly stamps: number;
    })
  | (ReasonOf<'schedule_lag'> & {
      /** The figure of the lag. */
      readonly figure: JudgedFigure;
      /** The lag, ms. */
      readonly lag_ms: number;
      /** Mean gap between due times, ms. Absent if all rows were due at once. */
      readonly mean_gap_ms?: number | undefined;
      /** The longest lag, ms. Absent in runs before 0.2. */
      readonly longest_ms?: number | undefined;
      /** The lag from which a row counts as late, ms. Absent in runs before 0.2. */
      readonly limit_ms?: number | undefined;
      /** Rows that left later than that. Absent in runs before 0.2. */
      readonly late_rows?: number | undefined;
      /** All rows that were sent. Absent in runs before 0.2. */
      readonly rows?: number | undefined;
    })
  | (ReasonOf<'goodput_flips'> & {
      /** Rows whose verdict could turn within the error. */
      readonly flippable: number;
      /** All rows of the run. */
      readonly rows: number;
      /** The error, ms. From the readings. */
      readonly error_ms: number;
    })
  | (ReasonOf<'sent_early'> & {
      /** The smallest lag, ms: below 0. */
      readonly earliest_ms: number;
    })
  | (ReasonOf<'socket_wait'> & {
      /** Rows that waited for a socket. */
      readonly rows: number;
      /** The longest wait, ms. */
      readonly longest_ms: number;
    })
  | (ReasonOf<'rows_not_sent'> & {
      /** Rows that were never sent. */
      readonly rows: number;
      /** All rows of the run. */
      readonly total: number;
    })
  | (ReasonOf<'shards_missing'> & {
      /** Number of parts that have not ended. */
      readonly missing: number;
      /** Number of parts. */
      readonly count: number;
    })
  | (ReasonOf<'local_limit'> & {
      /** Rows that failed for want of a descriptor or port. */
      readonly rows: number;
      /** All rows of the run. */
      readonly total: number;
    })
  | (ReasonOf<'length_mismatch'> & {
      /** Ok rows of another length than asked for. */
      readonly rows: number;
      /** All ok rows. */
      readonly ok: number;
    })
  | (ReasonOf<'stall'> & {
      /** The longest, ms. From the readings. */
      readonly longest_ms: number;
      /** Which reading saw it. */
      readonly seen_by: 'receive_error' | 'loop_delay' | 'gc';
      /** Time of it without a core, at most, ms. Absent where the platform does not say. */
      readonly waited_ms?: number | undefined;
    })
  | (ReasonOf<'cpu_short'> & {
      /** CPU time of the process ÷ time, a number of cores. From the readings. */
      readonly cores_used: number;
      /** Number of cores by affinity and quota. From the readings. */
      readonly cores_allowed: number;
    })
  | (ReasonOf<'run_queue_wait'> & {
      /** Time that a thread wanted a core and had none, ms. From the readings. */
      readonly wait_ms: number;
      /** How long it was watched, ms. From the readings. */
      readonly observed_ms: number;
    })
  | (ReasonOf<'throttled'> & {
      /** Time for which the cgroup was stopped, ms. From the readings. */
      readonly throttled_ms: number;
      /** Number of periods that were throttled. From the readings. */
      readonly throttled_periods: number;
      /** How long it was watched, ms. From the readings. */
      readonly observed_ms: number;
    })
  | (ReasonOf<'descriptors'> & {
      /** Soft limit, a number of open files. From the readings. */
      readonly limit: number;
      /** Largest number open at once. From the readings. */
      readonly peak_open: number;
    })
  | (ReasonOf<'clock_step'> & {
      /** Largest change of the wall clock, with its sign, ms. From the readings. */
      readonly step_ms: number;
    })
  | (ReasonOf<'suspended'> & {
      /** Time that the machine slept, ms. From the readings. */
      readonly suspended_ms: number;
    });

function reason<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.object({ kind: z.literal(kind), verdict: lowered, decides, ...shape });
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
    longest_ms: ms.optional(),
    limit_ms: ms.optional(),
    late_rows: count.optional(),
    rows: count.optional(),
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
    waited_ms: ms.optional(),
  }),
  reason('cpu_short', { cores_used: z.number(), cores_allowed: z.number() }),
  reason('run_queue_wait', { wait_ms: ms, observed_ms: ms }),
  reason('throttled', { throttled_ms: ms, throttled_periods: count, observed_ms: ms }),
  reason('descriptors', { limit: count, peak_open: count }),
  reason('clock_step', { step_ms: ms }),
  reason('suspended', { suspended_ms: ms }),
]) satisfies z.ZodType<Reason>;

/** Why a run is not valid for a cause in what the server said, with its numbers. */
export type ServerReason =
  | (ReasonOf<'prompt_drift'> & {
      /** Smallest of counted − requested, tokens of one row. */
      readonly least: number;
      /** Largest of it, tokens of one row. */
      readonly most: number;
      /** Rows whose prompt the server counted. */
      readonly rows: number;
    })
  | (ReasonOf<'not_measurable'> & {
      /** The figures that are left out. */
      readonly figures: UnmeasuredFigure[];
    });

/** Reasons that lie in what the server said, beside those that lie in us. */
export const serverReasonSchema = z.discriminatedUnion('kind', [
  /** The server counted another prompt than asked for, and not by the same number in every row. */
  reason('prompt_drift', { least: z.int(), most: z.int(), rows: count }),
  reason('not_measurable', { figures: z.array(z.enum(UNMEASURED_FIGURES)) }),
]) satisfies z.ZodType<ServerReason>;

/** How far each kind of figure can be believed. */
export interface Claims {
  /** Time to first token. Absent if it has no values. */
  time_to_first_token?: LatencyClaim | undefined;
  /** Inter-token latency. Absent if it has no values. */
  inter_token_latency?: LatencyClaim | undefined;
  /** Request latency. Absent if it has no values. */
  request_latency?: LatencyClaim | undefined;
  /** Time to first token from schedule. Absent if it has no values. */
  time_to_first_token_from_schedule?: LatencyClaim | undefined;
  /** Request latency from schedule. Absent if it has no values. */
  request_latency_from_schedule?: LatencyClaim | undefined;
  /** Inter-chunk latency. Absent if it has no values. */
  inter_chunk_latency?: LatencyClaim | undefined;
  /** Connect time. Absent if it has no values. */
  connect_time?: LatencyClaim | undefined;
  /** The lag against the gaps of the trace. Absent if no row was sent. */
  schedule?: ScheduleClaim | undefined;
  /** The verdicts of the rows. Absent if no objectives were set. */
  goodput?: GoodputClaim | undefined;
}

/** How far a run can be believed. `docs/fidelity.md` has the table and the why. */
export interface Fidelity {
  /** Of the headline: the load, goodput, TTFT, ITL and request latency. */
  readonly verdict: Verdict;
  /** The worst of all claims and reasons. Absent in runs before 0.2, whose `verdict` it was. */
  readonly strict?: Verdict | undefined;
  /** How far each kind of figure can be believed. */
  readonly claims: Claims;
  /** What is not valid, those that decide first; each with the numbers of its kind. */
  readonly reasons: Reason[];
  /** The same for causes in what the server said. Absent if there are none. */
  readonly server_reasons?: ServerReason[] | undefined;
  /** What the run measured of itself. */
  readonly inputs: Readings;
}

export const fidelitySchema = z.object({
  verdict,
  strict: verdict.optional(),
  claims: z.object({
    ...optionalEach(LATENCY_CLAIMS, latencyClaim),
    schedule: scheduleClaim.optional(),
    goodput: goodputClaim.optional(),
  }),
  reasons: z.array(reasonSchema),
  server_reasons: z.array(serverReasonSchema).optional(),
  inputs: readingsSchema,
}) satisfies z.ZodType<Fidelity>;
