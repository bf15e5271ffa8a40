import * as z from 'zod';

/** How a connection is cut: closed in order, or reset. */
const how = z.enum(['fin', 'rst']).default('fin');

/** Acts once this many tokens were sent; on a shorter answer it never does. */
const afterTokens = z.int().nonnegative().default(1);

const ms = z.number().nonnegative();

/**
 * The behaviour of the server towards one request. Every member but `healthy` is a fault or an
 * oddity of real servers; `scenario.test.ts` asserts the bytes of each.
 */
export const scenarioSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('healthy') }),
  /** A status of its own: 400, 401, 404, 429, 500, 503, 529, or a redirect with `location`. */
  z.strictObject({
    kind: z.literal('refuses'),
    status: z.int().min(300).max(599),
    message: z.string().optional(),
    retryAfterS: z.int().nonnegative().optional(),
    location: z.string().optional(),
  }),
  /** The connection is cut. `mid-event` and `after-tokens` look at `afterTokens`. */
  z.strictObject({
    kind: z.literal('cuts'),
    how,
    at: z.enum([
      'before-body',
      'before-headers',
      'after-headers',
      'mid-event',
      'after-tokens',
      'after-finish',
      'before-done',
      'after-done',
    ]),
    afterTokens,
    /** How the body's length is known: by chunks, by a length it never reaches, or by its end. */
    framing: z.enum(['chunked', 'content-length', 'close']).default('chunked'),
  }),
  /** Silence, for `forMs` or for ever; the connection stays open. */
  z.strictObject({
    kind: z.literal('stalls'),
    at: z.enum(['before-headers', 'after-headers', 'after-tokens', 'after-finish', 'after-done']),
    afterTokens,
    forMs: ms.optional(),
  }),
  /** A token every `everyMs`, and no end. */
  z.strictObject({ kind: z.literal('drags'), everyMs: ms.positive() }),
  /** The whole answer, headers too, one byte at a time. */
  z.strictObject({ kind: z.literal('dribbles'), everyMs: ms.default(0) }),
  /** Not the HTTP that was asked for. */
  z.strictObject({
    kind: z.literal('misframes'),
    as: z.enum(['bad-chunk-size', 'not-http', 'long-header', 'unasked-100', 'early-hints']),
  }),
  /** A 200 whose content type or encoding is wrong; with `json-error`, an error as its body. */
  z.strictObject({
    kind: z.literal('mislabels'),
    as: z.enum(['gzip', 'json', 'html', 'json-error']),
  }),
  /**
   * An error inside the stream, in the forms of Dynamo's history: `event-continues` (to 0.9: the
   * stream goes on to `[DONE]`), `event-ends` (1.0: no `[DONE]`), `data` (from 1.1: `[DONE]` at
   * once); and `data-continues`, an error and then an ending as if nothing had been.
   */
  z.strictObject({
    kind: z.literal('errors'),
    form: z.enum(['data', 'event-ends', 'event-continues', 'data-continues']),
    afterTokens,
    code: z.int().default(500),
    message: z.string().default('Internal server error'),
  }),
  /** The worker dies: the dialect's error event, then `[DONE]`. */
  z.strictObject({ kind: z.literal('loses-worker'), afterTokens }),
  /** One event that cannot be read, or is larger than anyone should hold; then it goes on. */
  z.strictObject({
    kind: z.literal('garbles'),
    as: z.enum(['invalid-json', 'oversized']),
    afterTokens,
    /** Size of the oversized event. */
    bytes: z
      .int()
      .positive()
      .default(2 ** 21),
  }),
  /** Another finish reason, such as `stop`, `abort` or an unknown word; null for none at all. */
  z.strictObject({ kind: z.literal('finishes'), reason: z.string().nullable() }),
  /** This many tokens more or fewer than asked for, but at least one. */
  z.strictObject({ kind: z.literal('miscounts'), by: z.int() }),
  /** Something is left out; without content the tokens are still counted. */
  z.strictObject({
    kind: z.literal('withholds'),
    what: z.enum(['usage', 'content', 'content-and-usage', 'done']),
  }),
  /** Something comes after `[DONE]`: another one, or a chunk. */
  z.strictObject({ kind: z.literal('repeats'), what: z.enum(['done', 'chunk-after-done']) }),
]);

export type Scenario = z.infer<typeof scenarioSchema>;

/** A scenario as it may be written: fields with a default can be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
