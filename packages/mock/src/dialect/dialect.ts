import { z } from 'zod';

/** An error as a server words it inside a stream. */
const wordedError = z.strictObject({
  code: z.int(),
  type: z.string(),
  message: z.string(),
});

export type WordedError = z.infer<typeof wordedError>;

const dialectFields = z.strictObject({
  /** Where chat chunks carry `role`; `alone` is a first chunk with the role and empty content. */
  role: z.enum(['every-chunk', 'first-chunk', 'alone']),
  /** Whether the finish reason has a chunk of its own or comes with the last token. */
  finish: z.enum(['own-chunk', 'last-token']),
  /** Whether chat chunks also hold `service_tier`, `system_fingerprint` and `usage`, all null. */
  nullFields: z.boolean(),
  /** Whether usage says how many prompt tokens were cached. */
  cachedTokens: z.boolean(),
  /** Whether `nvext.worker_id` comes when asked for, on every chunk with choices. */
  workerIds: z.boolean(),
  /** What `nvext.timing` holds when asked for: nothing, the two totals, or all five times. */
  timing: z.enum(['none', 'totals', 'full']),
  /** What happens to a field that is not known, at the root and inside `nvext`. */
  unknownRootField: z.enum(['ignored', 'refused']),
  unknownNvextField: z.enum(['ignored', 'refused']),
  /** Bodies of HTTP errors: Dynamo's flat `{message,type,code}` or OpenAI's `{error:{…}}`. */
  errorBody: z.enum(['flat', 'nested']),
  /** What a client reads inside the stream when the worker that serves it dies. */
  workerDeath: wordedError,
  /**
   * What a stream without `max_tokens` gets: an error, inside a 200 or as a status of its own, or
   * an answer of the default length.
   */
  missingMaxTokens: z.union([
    wordedError.extend({ as: z.enum(['event', 'status']) }),
    z.strictObject({ as: z.literal('default'), outputTokens: z.int().positive() }),
  ]),
  /** Whether `GET /v1/models/{id}/ready` exists. */
  readyRoute: z.boolean(),

  /** This many first tokens of a chat answer are reasoning, in the field named below. */
  reasoningTokens: z.int().nonnegative(),
  reasoningField: z.enum(['reasoning_content', 'reasoning']),
  /** Whether a chat answer is text or the arguments of a tool call. */
  answer: z.enum(['text', 'tool-call']),
  /**
   * Every n-th token ends inside a character: no chunk in chat, an empty text in completions. 0
   * for never.
   */
  silentEvery: z.int().nonnegative(),
  /** Characters of the answer: ASCII, or two to four bytes each. */
  text: z.enum(['ascii', 'multi-byte']),
  /** A comment this often until the first token, in milliseconds; 0 for none. */
  keepAliveMs: z.number().nonnegative(),
  lineEnd: z.enum(['lf', 'crlf', 'cr']),
  /** Whether a space follows `data:`. */
  dataSpace: z.boolean(),
  /** Every write is cut into pieces of this many bytes, each a chunk and a packet; 0 for whole. */
  splitBytes: z.int().nonnegative(),
});

export type Dialect = Readonly<z.infer<typeof dialectFields>>;

const internalError: WordedError = {
  code: 500,
  type: 'internal_server_error',
  message: 'Internal server error',
};

const dynamo16: Dialect = {
  role: 'first-chunk',
  finish: 'own-chunk',
  nullFields: false,
  cachedTokens: true,
  workerIds: true,
  timing: 'full',
  unknownRootField: 'refused',
  unknownNvextField: 'refused',
  errorBody: 'flat',
  workerDeath: {
    code: 503,
    type: 'service_unavailable',
    message: 'Service temporarily unavailable',
  },
  missingMaxTokens: {
    as: 'event',
    code: 400,
    type: 'invalid_request_error',
    message: 'max_tokens must be specified for mocker',
  },
  readyRoute: true,
  reasoningTokens: 0,
  reasoningField: 'reasoning_content',
  answer: 'text',
  silentEvery: 0,
  text: 'ascii',
  keepAliveMs: 0,
  lineEnd: 'lf',
  dataSpace: true,
  splitBytes: 0,
};

const dynamo15: Dialect = {
  ...dynamo16,
  workerDeath: internalError,
  missingMaxTokens: { as: 'status', ...internalError },
};

const dynamo13: Dialect = {
  ...dynamo15,
  role: 'every-chunk',
  nullFields: true,
  cachedTokens: false,
  timing: 'totals',
};

const dynamo12: Dialect = {
  ...dynamo13,
  workerIds: false,
  unknownNvextField: 'ignored',
  workerDeath: { ...internalError, message: 'Stream ended before generation completed' },
  readyRoute: false,
};

const vllm: Dialect = {
  ...dynamo16,
  role: 'alone',
  finish: 'last-token',
  workerIds: false,
  timing: 'none',
  unknownRootField: 'ignored',
  unknownNvextField: 'ignored',
  errorBody: 'nested',
  workerDeath: { code: 500, type: 'InternalServerError', message: 'EngineCore died' },
  missingMaxTokens: { as: 'default', outputTokens: 16 },
  readyRoute: false,
};

/**
 * How server versions differ on the wire, as seen on real Dynamo frontends (1.3 speaks for 1.4
 * too). `vllm` is the layout of vLLM's own server: a chunk with the role alone, and the finish
 * reason on the chunk of the last token.
 */
export const DIALECTS = {
  'dynamo-1.2': dynamo12,
  'dynamo-1.3': dynamo13,
  'dynamo-1.5': dynamo15,
  'dynamo-1.6': dynamo16,
  vllm,
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

const dialectName = z.enum(Object.keys(DIALECTS) as [DialectName, ...DialectName[]]);

/** A dialect by name, or a named one with some fields said otherwise: `{like, ...fields}`. */
export const dialectSchema = z.union([
  dialectName.transform((name): Dialect => DIALECTS[name]),
  dialectFields
    .partial()
    .extend({ like: dialectName.default('dynamo-1.6') })
    .transform(({ like, ...fields }): Dialect => {
      const said = Object.entries(fields).filter(([, value]) => value !== undefined);
      return { ...DIALECTS[like], ...Object.fromEntries(said) };
    }),
]);
