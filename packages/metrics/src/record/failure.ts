import * as z from 'zod';

/** Every way in which a request fails; when several are true, the first of this list counts. */
export const FAILURE_CLASSES = [
  'timed_out',
  'dns',
  'refused',
  'tls',
  'local_limit',
  'reset',
  'http_status',
  'in_stream_error',
  'malformed',
  'truncated',
  'no_tokens',
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** What each class means, as the report and the documentation say it. */
export const FAILURE_SENTENCES: Readonly<Record<FailureClass, string>> = {
  timed_out: 'A deadline of ours passed: connect, first token, between tokens or total.',
  dns: 'The host name could not be resolved.',
  refused: 'The connection was refused or the host could not be reached.',
  tls: 'The TLS handshake failed.',
  local_limit: 'This machine had no descriptor or port left for the connection.',
  reset: 'The connection was closed or reset before any byte of an answer.',
  http_status: 'The server answered with a status other than 200.',
  in_stream_error: 'The server reported an error inside an answer with status 200.',
  malformed: 'The answer was not what the protocol allows.',
  truncated: 'The stream ended without a finish reason.',
  no_tokens: 'The stream finished without any content.',
};

/** The deadline that passed, for the class `timed_out`. */
export const TIMEOUT_PHASES = ['connect', 'first_token', 'between_tokens', 'total'] as const;

export type TimeoutPhase = (typeof TIMEOUT_PHASES)[number];

/** Failures that share class, phase, code and, apart from numbers in it, their message. */
export interface FailureDetail {
  /** Their class. */
  readonly class: FailureClass;
  /** The deadline that passed. Absent unless the class is `timed_out`. */
  readonly phase?: TimeoutPhase | undefined;
  /** The library's or the server's code. Absent if there is none. */
  readonly code?: string | undefined;
  /** Failed rows of this kind. */
  readonly count: number;
  /** The message of `first_row`. Absent if it has none. */
  readonly message?: string | undefined;
  /** True for all further messages of a class, phase and code with many. Absent otherwise. */
  readonly other_messages?: true | undefined;
  /** The lowest row that failed so, by its index in the trace. */
  readonly first_row: number;
}

export const failureDetailSchema = z.object({
  class: z.enum(FAILURE_CLASSES),
  phase: z.enum(TIMEOUT_PHASES).optional(),
  code: z.string().optional(),
  count: z.int().positive(),
  message: z.string().optional(),
  other_messages: z.literal(true).optional(),
  first_row: z.int().nonnegative(),
}) satisfies z.ZodType<FailureDetail>;
