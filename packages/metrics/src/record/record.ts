import * as z from 'zod';

import {
  FAILURE_CLASSES,
  type FailureClass,
  TIMEOUT_PHASES,
  type TimeoutPhase,
} from './failure.ts';
import { RECORD_SCHEMA_VERSION } from './schema-version.ts';

/** What became of a row. The four counts add up to the rows of the run, always. */
export const OUTCOMES = ['ok', 'failed', 'aborted_inflight', 'not_sent'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Things that happened to a request and did not change its outcome. */
export const NOTES = [
  /** The finish reason came, the `[DONE]` after it did not. */
  'done_missing',
  /** The connection was lost after the finish reason. */
  'lost_after_finish',
  /** The server kept the connection open after `[DONE]`; we ended it. */
  'ended_by_us',
  /** Something came after `[DONE]`. */
  'data_after_done',
  /** A finish reason that means neither success nor failure, by the lists of docs/metrics.md. */
  'finish_reason_unknown',
  /** The server sent no count of output tokens. */
  'usage_missing',
] as const;

export type Note = (typeof NOTES)[number];

/**
 * What in a stream was not as it should be, on rows of every outcome. They stand beside `notes`,
 * whose list is closed for this version.
 */
export const STREAM_NOTES = [
  /** Content came in a form that is not understood; it counts as content. */
  'content_unknown',
  /** Text came outside all events. */
  'text_outside_events',
  /** The server's count of output tokens contradicted the stream or itself, and its other numbers
   * gave the right one. */
  'count_corrected',
  /** A count of the server contradicted the stream or itself, and is not used. */
  'count_dropped',
  /** Chunks stand in for output tokens that nobody counted: there are as many as were asked for. */
  'counted_by_chunks',
  /** Nobody counted the output tokens, and the chunks are not as many as were asked for. */
  'length_unknown',
] as const;

export type StreamNote = (typeof STREAM_NOTES)[number];

/** Why a request failed. */
export interface Failure {
  /** The first true class of the ladder in `docs/metrics.md`. From what the client saw. */
  readonly class: FailureClass;
  /** The deadline that passed. From our timers. Absent unless the class is `timed_out`. */
  readonly phase?: TimeoutPhase | undefined;
  /** Such as `ECONNRESET` or `503`. From the library or the server. Absent if neither gave one. */
  readonly code?: string | undefined;
  /** Cut, one line, without keys. From the server or the library. Absent if neither gave one. */
  readonly message?: string | undefined;
}

/**
 * One row of a trace and what happened to it: one line of `records.jsonl`, the contract between
 * measuring and reporting. Every instant is in integer nanoseconds since the run's zero, the moment
 * at which the first selected row is due. What is unknown is absent, never 0.
 */
export interface RequestRecord {
  /** Version of the record's shape. From us. */
  readonly schema_version: typeof RECORD_SCHEMA_VERSION;
  /** Index of the row in the whole trace, from 0; blank lines do not count. From the trace. */
  readonly row: number;
  /** What became of the row. From what the client saw. */
  readonly outcome: Outcome;
  /** When the row was due, ns since the zero. From the trace's timestamps and the speed-up. */
  readonly due_ns: number;
  /**
   * When the scheduler handed it to the client, ns since the zero. From our clock. Absent if it was
   * never dispatched.
   */
  readonly dispatched_ns?: number | undefined;
  /**
   * Time spent waiting for one of `maxConnections` sockets, a duration in ns. From our clock.
   * Absent if it did not wait.
   */
  readonly socket_wait_ns?: number | undefined;
  /**
   * True if the socket was opened for this request, false if it had served another. From the
   * client. Absent if it got no socket.
   */
  readonly socket_new?: boolean | undefined;
  /**
   * When connecting began, ns since the zero: half a second before the row was due, if there was
   * time. From our clock. Absent if no socket was opened for it.
   */
  readonly connect_started_ns?: number | undefined;
  /**
   * When TCP and TLS were ready, ns since the zero. From our clock. Absent if no socket was opened
   * for it, or not in time.
   */
  readonly connected_ns?: number | undefined;
  /**
   * Just before the first byte of the request was handed to the socket, ns since the zero. From our
   * clock. Absent if it was never sent.
   */
  readonly sent_ns?: number | undefined;
  /**
   * When the last byte of the request was handed to the kernel, ns since the zero. From our clock.
   * Absent if it was never sent whole.
   */
  readonly flushed_ns?: number | undefined;
  /**
   * When status and headers had arrived, ns since the zero. From our clock. Absent if none came.
   */
  readonly headers_ns?: number | undefined;
  /**
   * When each event with content arrived, ns since the zero, ascending. From our clock, read once
   * for each read of the socket. Absent if no content came.
   */
  readonly content_ns?: number[] | undefined;
  /**
   * Output tokens that each of `content_ns` carried. From the server's usage. Absent if it did not
   * count on every event.
   */
  readonly content_tokens?: number[] | undefined;
  /**
   * True if the first of `content_ns` may have carried several tokens: there are fewer events than
   * tokens, nobody counted on each, and the server is of no make that sends the first token alone.
   * From the client. Absent otherwise.
   */
  readonly first_tokens_unknown?: true | undefined;
  /**
   * Index into `content_ns` of the first answer text that is not reasoning. From the server's
   * fields. Absent if there was none, or it is not known.
   */
  readonly first_answer?: number | undefined;
  /**
   * The last byte, the error or the deadline, ns since the zero. From our clock. Absent if the row
   * was never dispatched.
   */
  readonly end_ns?: number | undefined;
  /** Index into the run's `urls`. From the schedule. Absent if the row was never dispatched. */
  readonly target?: number | undefined;
  /** Status code of the answer. From the server. Absent if none came. */
  readonly http_status?: number | undefined;
  /** As the server worded it. From the server. Absent if the stream gave none. */
  readonly finish_reason?: string | undefined;
  /** Why it failed. From what the client saw. Absent if it did not fail. */
  readonly failure?: Failure | undefined;
  /** What happened beside the outcome. From what the client saw. Absent if nothing did. */
  readonly notes?: Note[] | undefined;
  /**
   * What was not as it should be in the stream. From what the client saw. Absent if nothing was.
   */
  readonly stream_notes?: StreamNote[] | undefined;
  /** `input_length` of the row, tokens. From the trace. */
  readonly input_tokens_asked: number;
  /** `output_length` of the row, tokens. From the trace. */
  readonly output_tokens_asked: number;
  /**
   * Output tokens. From the server's usage, or else the events with content, if these are as many
   * as asked for. Absent if not known.
   */
  readonly output_tokens?: number | undefined;
  /** Who counted `output_tokens`. From the client. Absent with it. */
  readonly output_tokens_by?: 'usage' | 'chunks' | undefined;
  /**
   * True if lengths are exact and `output_tokens` is known and not as asked. From the client.
   * Absent otherwise.
   */
  readonly length_mismatch?: true | undefined;
  /** `usage.prompt_tokens`, tokens. From the server. Absent if it sent none. */
  readonly prompt_tokens?: number | undefined;
  /** Prompt tokens taken from a cache. From the server's usage. Absent if it did not say. */
  readonly cached_tokens?: number | undefined;
  /** Output tokens that were reasoning. From the server's usage. Absent if it did not say. */
  readonly reasoning_tokens?: number | undefined;
  /** A text, as ids pass 2^53. From the server (Dynamo). Absent if it did not say. */
  readonly prefill_worker_id?: string | undefined;
  /** A text, as ids pass 2^53. From the server (Dynamo). Absent if it did not say. */
  readonly decode_worker_id?: string | undefined;
  /**
   * `nvext.timing` by its own keys, clock and definitions. From the server (Dynamo). Absent if it
   * did not say.
   */
  readonly server_timing?: Record<string, number> | undefined;
  /** Bytes of the request body. From the client. Absent if the row was never dispatched. */
  readonly body_bytes?: number | undefined;
}

/** Nanoseconds since the run's zero. Negative only for what happens before the first row is due. */
const instant = z.int();
const count = z.int().nonnegative();

const failure = z.object({
  class: z.enum(FAILURE_CLASSES),
  phase: z.enum(TIMEOUT_PHASES).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});

/** Reads a record and leaves out keys that it does not know. */
export const recordSchema: z.ZodType<RequestRecord> = z.object({
  schema_version: z.literal(RECORD_SCHEMA_VERSION),
  row: count,
  outcome: z.enum(OUTCOMES),
  due_ns: instant,
  dispatched_ns: instant.optional(),
  socket_wait_ns: count.optional(),
  socket_new: z.boolean().optional(),
  connect_started_ns: instant.optional(),
  connected_ns: instant.optional(),
  sent_ns: instant.optional(),
  flushed_ns: instant.optional(),
  headers_ns: instant.optional(),
  content_ns: z.array(instant).optional(),
  content_tokens: z.array(count).optional(),
  first_tokens_unknown: z.literal(true).optional(),
  first_answer: count.optional(),
  end_ns: instant.optional(),
  target: count.optional(),
  http_status: count.optional(),
  finish_reason: z.string().optional(),
  failure: failure.optional(),
  notes: z.array(z.enum(NOTES)).optional(),
  stream_notes: z.array(z.enum(STREAM_NOTES)).optional(),
  input_tokens_asked: count,
  output_tokens_asked: count,
  output_tokens: count.optional(),
  output_tokens_by: z.enum(['usage', 'chunks']).optional(),
  length_mismatch: z.literal(true).optional(),
  prompt_tokens: count.optional(),
  cached_tokens: count.optional(),
  reasoning_tokens: count.optional(),
  prefill_worker_id: z.string().optional(),
  decode_worker_id: z.string().optional(),
  server_timing: z.record(z.string(), z.number()).optional(),
  body_bytes: count.optional(),
});
