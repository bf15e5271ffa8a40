import * as z from 'zod';

import { FAILURE_CLASSES, TIMEOUT_PHASES } from './failure.ts';
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

/** Nanoseconds since the run's zero. Negative only for what happens before the first row is due. */
const instant = z.int();
const count = z.int().nonnegative();

const failure = z.object({
  class: z.enum(FAILURE_CLASSES),
  /** Which deadline passed; with `timed_out` only. */
  phase: z.enum(TIMEOUT_PHASES).optional(),
  /** The library's or the server's own code, such as `ECONNRESET` or `503`. */
  code: z.string().optional(),
  /** Text of the server or library: cut, without control characters, without keys. */
  message: z.string().optional(),
});

export type Failure = z.infer<typeof failure>;

/**
 * One row of a trace and what happened to it: one line of `records.jsonl`, the contract between
 * measuring and reporting. Every instant is in integer nanoseconds since the run's zero, the moment
 * at which the first selected row is due. What is unknown is absent, never 0.
 * `docs/artifacts.md` gives name, unit, origin and absence of every field.
 */
export const recordSchema = z.object({
  schema_version: z.literal(RECORD_SCHEMA_VERSION),
  /** Index of the row in the whole trace file, from 0. */
  row: count,
  outcome: z.enum(OUTCOMES),
  due_ns: instant,
  dispatched_ns: instant.optional(),
  /** Time spent waiting for one of `--max-connections` sockets, a duration. */
  socket_wait_ns: count.optional(),
  /** True when the socket was opened for this request, false when it had served another. */
  socket_new: z.boolean().optional(),
  connect_started_ns: instant.optional(),
  connected_ns: instant.optional(),
  sent_ns: instant.optional(),
  flushed_ns: instant.optional(),
  headers_ns: instant.optional(),
  /** One instant for each event that carried content, ascending. */
  content_ns: z.array(instant).optional(),
  /** Output tokens that each of them carried; there only if the server counted on every chunk. */
  content_tokens: z.array(count).optional(),
  /** Index into `content_ns` of the first answer text that is not reasoning. */
  first_answer: count.optional(),
  end_ns: instant.optional(),
  /** Index into the run's `--url` list. */
  target: count.optional(),
  http_status: count.optional(),
  finish_reason: z.string().optional(),
  failure: failure.optional(),
  notes: z.array(z.enum(NOTES)).optional(),
  stream_notes: z.array(z.enum(STREAM_NOTES)).optional(),
  input_tokens_asked: count,
  output_tokens_asked: count,
  /** Counted by the server, or as many chunks with content as were asked for. */
  output_tokens: count.optional(),
  output_tokens_by: z.enum(['usage', 'chunks']).optional(),
  /** True when output lengths are exact and the count is not the one asked for. */
  length_mismatch: z.literal(true).optional(),
  prompt_tokens: count.optional(),
  cached_tokens: count.optional(),
  reasoning_tokens: count.optional(),
  /** Worker ids exceed 2^53, so they are strings. */
  prefill_worker_id: z.string().optional(),
  decode_worker_id: z.string().optional(),
  /** `nvext.timing` as the server sent it: its own clock, its own definitions. */
  server_timing: z.record(z.string(), z.number()).optional(),
  body_bytes: count.optional(),
});

export type RequestRecord = z.infer<typeof recordSchema>;
