/** An error as a server words it inside a stream. */
export interface WordedError {
  readonly code: number;
  readonly type: string;
  readonly message: string;
}

/** How one server version differs from others on the wire. */
export interface Dialect {
  /** Where chat chunks carry `role`; `alone` is a first chunk with the role and empty content. */
  readonly role: 'every-chunk' | 'first-chunk' | 'alone';
  /** Whether the finish reason has a chunk of its own or comes with the last token. */
  readonly finish: 'own-chunk' | 'last-token';
  /** Whether chat chunks also hold `service_tier`, `system_fingerprint` and `usage`, all null. */
  readonly nullFields: boolean;
  /** Whether usage has the number of cached prompt tokens. */
  readonly cachedTokens: boolean;
  /** Whether `nvext.worker_id` comes when asked for, on every chunk with choices. */
  readonly workerIds: boolean;
  /** The content of `nvext.timing` when asked for: nothing, the two totals, or all five times. */
  readonly timing: 'none' | 'totals' | 'full';
  /** The treatment of an unknown field, at the root or inside `nvext`. */
  readonly unknownField: 'ignored' | 'refused';
  /** Bodies of HTTP errors: Dynamo's flat `{message,type,code}` or OpenAI's `{error:{…}}`. */
  readonly errorBody: 'flat' | 'nested';
  /** The error inside the stream when the worker that serves it dies. */
  readonly workerDeath: WordedError;
  /**
   * The error of a stream without `max_tokens`, inside a 200 or as a status of its own, where the
   * mock has no default length.
   */
  readonly missingMaxTokens: WordedError & { readonly as: 'event' | 'status' };
  /** Whether `GET /v1/models/{id}/ready` exists. */
  readonly hasReadyRoute: boolean;
}

const dynamo16: Dialect = {
  role: 'first-chunk',
  finish: 'own-chunk',
  nullFields: false,
  cachedTokens: true,
  workerIds: true,
  timing: 'full',
  unknownField: 'refused',
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
  hasReadyRoute: true,
};

const internalError: WordedError = {
  code: 500,
  type: 'internal_server_error',
  message: 'Internal server error',
};

const dynamo13: Dialect = {
  ...dynamo16,
  role: 'every-chunk',
  nullFields: true,
  cachedTokens: false,
  timing: 'totals',
  workerDeath: internalError,
  missingMaxTokens: { as: 'status', ...internalError },
};

const vllm: Dialect = {
  ...dynamo16,
  role: 'alone',
  finish: 'last-token',
  workerIds: false,
  timing: 'none',
  unknownField: 'ignored',
  errorBody: 'nested',
  workerDeath: { code: 500, type: 'InternalServerError', message: 'EngineCore died' },
  missingMaxTokens: {
    as: 'status',
    code: 400,
    type: 'BadRequestError',
    message: 'max_tokens must be specified',
  },
  hasReadyRoute: false,
};

/** The server versions by name, as seen on real servers: Dynamo's frontends and vLLM's own. */
export const DIALECTS = {
  'dynamo-1.3': dynamo13,
  'dynamo-1.6': dynamo16,
  vllm,
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

export const DIALECT_NAMES = Object.keys(DIALECTS) as [DialectName, ...DialectName[]];
