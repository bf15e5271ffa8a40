import * as z from 'zod';

import { OptionsError } from './errors/errors.ts';
import { presetOf, SERVERS } from './target/presets.ts';
import { TIME_UNITS } from './trace/time-unit.ts';

const positive = z.number().positive();
const wholeCount = z.int().nonnegative();
const seconds = z.number().positive();

/** The options of a replay, with every default and description; flags and docs are made from it. */
export const replayOptionsSchema = z.strictObject({
  trace: z.string().min(1).describe('trace to replay: .jsonl, .jsonl.gz, or - for standard input'),
  urls: z.array(z.string()).min(1).describe('base URL of the server; several take turns'),
  model: z.string().min(1).optional().describe('model to ask for (default: the only one listed)'),
  endpoint: z.enum(['chat', 'completions']).default('chat').describe('API to call'),
  server: z
    .enum(SERVERS)
    .optional()
    .describe('make of the server, which sets other defaults; see docs/servers.md'),
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'expected a path such as /v1/chat/completions')
    .optional()
    .describe('path of the requests below the URL (default: /v1/… of the endpoint)'),
  connectTo: z
    .string()
    .regex(/^(\[[^\]\s]+\]|[^:\s/]+)(:\d+)?$/, 'expected a host or host:port')
    .optional()
    .describe("connect to this host:port; Host header and certificate stay the URL's"),

  timeUnit: z
    .enum(TIME_UNITS)
    .optional()
    .describe("unit of the trace's timestamps (default: ms, refused where they look otherwise)"),
  blockSize: z.int().positive().default(512).describe('prompt tokens that one hash id names'),
  speedup: positive.default(1).describe('divide the gaps of the trace by this'),
  startOffsetMs: z
    .number()
    .optional()
    .describe('skip rows with an earlier timestamp, ms of the trace'),
  endOffsetMs: z.number().optional().describe('skip rows with a later timestamp, ms of the trace'),
  limit: z.int().positive().optional().describe('replay at most so many rows'),

  seed: wholeCount.max(Number.MAX_SAFE_INTEGER).default(42).describe('seed of the prompt texts'),
  outputLength: z
    .enum(['exact', 'cap'])
    .default('exact')
    .describe('make the server generate exactly output_length tokens, or at most so many'),
  prompt: z
    .enum(['words', 'token-ids'])
    .default('words')
    .describe('send prompts as text, or as token ids (completions only)'),
  tokenIdRange: z
    .strictObject({ from: wholeCount, to: wholeCount })
    .default({ from: 1000, to: 4999 })
    .describe('token ids to choose from'),
  maxTokensField: z
    .enum(['max_tokens', 'max_completion_tokens'])
    .default('max_tokens')
    .describe('field of a request that holds the output length'),
  modelPerRow: z
    .boolean()
    .default(false)
    .describe('ask for the model that a row names in its field model, if it has one'),
  sessionHeader: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header')
    .optional()
    .describe("header that carries a row's session_id, for routers that keep sessions together"),
  body: z
    .record(z.string(), z.unknown())
    .superRefine((body, context) => {
      const problem = jsonProblem(body);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .default({})
    .describe('JSON merged into every request'),
  headers: z.record(z.string(), z.string()).default({}).describe('header added to every request'),
  serverWorkers: z
    .int()
    .positive()
    .max(1024)
    .optional()
    .describe('workers of the server that compute prompts, for the expected cache hits'),
  serverCacheTokens: z
    .int()
    .positive()
    .optional()
    .describe('prompt tokens that the prefix cache of one such worker holds'),
  serverDetails: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('ask for worker ids and server timing (Dynamo) if a probe shows they are given'),

  requestTimeoutSeconds: seconds.default(1000).describe('longest time from dispatch to end'),
  connectTimeoutSeconds: seconds.default(30).describe('longest time to connect'),
  firstTokenTimeoutSeconds: seconds.optional().describe('longest time from sent to first token'),
  betweenTokensTimeoutSeconds: seconds.optional().describe('longest time from token to token'),
  maxConnections: z
    .int()
    .positive()
    .optional()
    .describe('most sockets open at once (default: no limit)'),
  workers: z
    .union([z.int().positive().max(64), z.literal('auto')])
    .default('auto')
    .describe('threads that send and read (auto: by the planned load)'),

  apiKey: z.string().min(1).optional(),
  tls: z
    .strictObject({
      ca: z.string().optional(),
      cert: z.string().optional(),
      key: z.string().optional(),
      insecure: z.boolean().optional(),
    })
    .default({}),

  waitForModelSeconds: z
    .number()
    .nonnegative()
    .default(600)
    .describe('longest wait until the model is listed'),
  warmUpRequests: wholeCount.default(0).describe('requests before the replay, in no figure'),
  warmUpConcurrency: z.int().positive().default(4).describe('warm-up requests at a time'),
  warmUpInputLength: z
    .int()
    .positive()
    .default(10_000)
    .describe('prompt tokens of a warm-up request'),
  warmUpOutputLength: z
    .int()
    .positive()
    .default(200)
    .describe('output tokens of a warm-up request'),
  drainSeconds: z
    .number()
    .nonnegative()
    .default(30)
    .describe('after an interrupt, longest wait for what is in flight'),
  runId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,96}$/)
    .optional()
    .describe('name of the run: its directory and its x-request-id headers'),
  shard: z
    .strictObject({ index: wholeCount, count: z.int().positive() })
    .refine(({ index, count }) => index < count, 'expected i from 0 to n − 1')
    .optional()
    .describe('replay only part i of n of the selected rows, i from 0'),
  startAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('ISO 8601 instant at which the first selected row of the whole trace is due'),
});

export type ReplayOptions = z.input<typeof replayOptionsSchema>;
export type ResolvedOptions = z.output<typeof replayOptionsSchema>;

/** Deeper nesting is no request's, and would take the stack of whoever walks it. */
const DEEPEST_BODY = 100;

/** Why a value cannot be written as JSON and read back, if so. */
function jsonProblem(value: unknown, path = '', depth = 0): string | undefined {
  const where = path === '' ? 'it' : `"${path}"`;
  if (depth > DEEPEST_BODY) return `${where} is nested deeper than ${DEEPEST_BODY} levels`;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return `expected finite numbers, and ${where} is beyond them`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, field] of Object.entries(value)) {
    const problem = jsonProblem(field, path === '' ? name : `${path}.${name}`, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;
/** Headers that the transport decides. */
const OWN_HEADERS = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'content-type',
  'accept-encoding',
  'x-request-id',
  'expect',
  'upgrade',
  'keep-alive',
]);

/**
 * Fills in defaults and checks what depends on several options at once.
 *
 * @throws {OptionsError} for the first thing that is wrong
 */
export function resolveOptions(options: ReplayOptions): ResolvedOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const parsed = replayOptionsSchema.safeParse({ ...presetOf(options.server), ...given });
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
    throw new OptionsError(`Cannot use option "${path.join('.')}": ${message}`, String(path[0]));
  }
  const resolved = parsed.data;
  if (resolved.prompt === 'token-ids' && resolved.endpoint !== 'completions') {
    throw new OptionsError(
      'Cannot send token ids to the chat endpoint, expected "completions"' +
        '\n  Add "endpoint" completions.',
      'prompt',
    );
  }
  const { from, to } = resolved.tokenIdRange;
  if (from > to) {
    const problem = `"tokenIdRange" ${from}-${to}: its end is below its start`;
    throw new OptionsError(`Cannot use ${problem}`, 'tokenIdRange');
  }
  const { serverWorkers, serverCacheTokens } = resolved;
  if ((serverWorkers === undefined) !== (serverCacheTokens === undefined)) {
    const problem = '"serverWorkers" and "serverCacheTokens": only one is given, expected both';
    throw new OptionsError(`Cannot use ${problem} or none`, 'serverWorkers');
  }
  const { cert, key } = resolved.tls;
  if ((cert === undefined) !== (key === undefined)) {
    const problem = '"tls.cert" and "tls.key": only one is given, expected both or none';
    throw new OptionsError(`Cannot use ${problem}`, 'tls');
  }
  return { ...resolved, headers: checkedHeaders(resolved.headers, resolved.apiKey) };
}

function checkedHeaders(
  headers: Readonly<Record<string, string>>,
  apiKey: string | undefined,
): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [rawName, value] of Object.entries(headers)) {
    const name = rawName.toLowerCase();
    const problem = problemOfHeader(name, value, checked);
    if (problem !== undefined) {
      throw new OptionsError(`Cannot send header "${rawName}"${problem}`, 'headers');
    }
    checked[name] = value;
  }
  if (apiKey === undefined) return checked;
  if ('authorization' in checked) {
    const problem = 'a header "authorization" is given as well';
    throw new OptionsError(`Cannot send an API key: ${problem}`, 'apiKey');
  }
  if (/[^\x21-\x7e]/.test(apiKey)) {
    const problem = 'it has a blank or a control character in it';
    throw new OptionsError(`Cannot send the API key: ${problem}`, 'apiKey');
  }
  return { ...checked, authorization: `Bearer ${apiKey}` };
}

function problemOfHeader(name: string, value: string, others: object): string | undefined {
  if (!HEADER_NAME.test(name)) return ': that is no header name';
  if (OWN_HEADERS.has(name)) return ': the client sets it itself';
  if (name in others) return ' twice';
  // The value may be a secret, so it is not quoted.
  return CONTROL.test(value) ? ': its value has a control character' : undefined;
}
