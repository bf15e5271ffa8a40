import { answer, chunk, CHUNKED, counts, delta, DONE, event, finish } from './events.ts';
import { type Json, LAST_CHUNK, token, usage } from './events.ts';
import type { Case, Step } from './perform-case.ts';

/** A stream as a server of another make writes it, and all that is true of it in one line. */
export interface WireCase extends Case {
  /** Outcome, then failure or tokens and who counted them, TTFT and ITL in ms, notes. */
  readonly truth: string;
}

const GAP_MS = 20;
const N = 16;

/** `count` events, the first 52 ms after the request, then one every 20 ms. */
const stream = (events: readonly string[], ending = DONE, gapMs = GAP_MS) =>
  answer(events, ending, gapMs);
const each = (count: number, make: (place: number) => string) =>
  Array.from({ length: count }, (_, place) => make(place));
const words = (count = N) => each(count, (place) => token(` w${place}`));
const finishWith = (choice: Json) => event({ choices: [{ index: 0, delta: {}, ...choice }] });
const END = [finish(), usage(100, N)];
/** The same, and no more of it comes: what has come is cut off by `act`. */
const cutBy = (events: readonly string[], ...last: readonly Step[]): Step[] => [
  [2, CHUNKED],
  ...events.map((text, place): Step => [place === 0 ? 50 : GAP_MS, chunk(text)]),
  ...last,
];
/** All of it in one write, after as long as the tokens take. */
const atOnce = (events: readonly string[]): Step[] => [
  [2, CHUNKED],
  [350, chunk(events.join('') + DONE)],
  [0.5, LAST_CHUNK],
];
const part = (value: Json) => delta({ content: [value] });

function wire(
  title: string,
  truth: string,
  steps: readonly Step[],
  rest: Partial<Case> = {},
): WireCase {
  const client = { isFirstAlone: false, ...rest.client };
  return { title, truth, answers: [steps], outputTokens: N, ...rest, client };
}
const cap = (outputTokens = N): Partial<Case> => ({
  outputTokens,
  client: { outputLength: 'cap' },
});

const GOOD = 'ok 16 by usage, TTFT 52, ITL 20';
/** Nothing came but the failure, in so many words. */
const failed = (words: string) => `failed ${words}`;

const CONTENT: readonly WireCase[] = [
  wire('a plain stream', GOOD, stream([...words(), ...END])),
  wire(
    'content as a list of thinking and text parts',
    GOOD,
    stream([
      ...each(8, (i) => part({ type: 'thinking', thinking: [{ type: 'text', text: ` t${i}` }] })),
      ...words(8),
      ...END,
    ]),
  ),
  wire(
    'content as a list of text parts',
    GOOD,
    stream([...each(N, () => part({ type: 'output_text', text: ' w' })), ...END]),
  ),
  wire('a refusal', GOOD, stream([...each(N, () => delta({ refusal: ' no' })), ...END])),
  wire(
    'an audio transcript',
    GOOD,
    stream([...each(N, () => delta({ audio: { id: 'a', transcript: ' w' } })), ...END]),
  ),
  wire(
    'reasoning alone, content null',
    GOOD,
    stream([...each(N, () => delta({ reasoning: ' t', content: null })), ...END]),
  ),
  wire(
    'reasoning as a list of details',
    GOOD,
    stream([
      ...each(N, () =>
        delta({ content: '', reasoning_details: [{ type: 'reasoning.text', text: ' t' }] }),
      ),
      ...END,
    ]),
  ),
  wire(
    'tool calls whose arguments are objects',
    GOOD,
    stream([
      ...each(N, () => delta({ tool_calls: [{ function: { name: '', arguments: { at: 1 } } }] })),
      ...END,
    ]),
  ),
  wire(
    'text under a key that nobody knows',
    `${GOOD}, content_unknown`,
    stream([...each(N, () => delta({ thought_text: ' t' })), ...END]),
  ),
  wire(
    'parts of a type that nobody knows',
    `${GOOD}, content_unknown`,
    stream([...each(N, () => part({ type: 'hologram', pixels: 'abc' })), ...END]),
  ),
  wire(
    'filter results without content before and between',
    'ok 16 by usage, TTFT 92, ITL 20',
    stream([
      event({ choices: [], prompt_filter_results: [{ content_filter_results: {} }] }),
      delta({ role: 'assistant', content: '', refusal: null }),
      ...words(),
      event({
        choices: [
          {
            index: 0,
            finish_reason: null,
            content_filter_offsets: { check_offset: 1 },
            content_filter_results: { hate: { severity: 'safe' } },
          },
        ],
      }),
      ...END,
    ]),
  ),
  wire(
    'comments and pings around the content',
    'ok 16 by usage, TTFT 92, ITL 20',
    stream([
      ': PROCESSING\n\n',
      'event: ping\ndata: {"type":"ping"}\n\n',
      ...words(),
      ': keep-alive\n\n',
      ...END,
    ]),
  ),
];

const ENDINGS: readonly WireCase[] = [
  wire(
    'the text "null" for no reason, and then a reason',
    GOOD,
    stream([...each(N, () => delta({ content: ' w' }, 'null')), ...END]),
  ),
  wire(
    'the text "null" for no reason, and a cut',
    failed('truncated FIN'),
    cutBy(
      each(4, () => delta({ content: ' w' }, 'null')),
      [1, 'end'],
    ),
    cap(),
  ),
  wire(
    'the text "null" for no reason, and silence',
    failed('timed_out between_tokens'),
    cutBy(
      each(4, () => delta({ content: ' w' }, 'null')),
      [3000, ''],
    ),
    cap(),
  ),
  wire(
    'a reason in every event',
    GOOD,
    stream([...each(N, () => delta({ content: ' w' }, 'length')), usage(100, N)]),
  ),
  wire(
    'a reason that more content follows, and no other',
    failed('truncated no_finish_reason "content followed the finish reason "stop""'),
    stream([...words(4), finish('stop'), token(' more')]),
  ),
  ...['error', 'timeout', 'cancelled', 'insufficient_system_resource'].map((reason) =>
    wire(
      `the finish reason ${reason}`,
      failed(`in_stream_error ${reason}`),
      stream([...words(4), finish(reason), usage(100, 4)]),
      cap(),
    ),
  ),
  wire(
    'the finish reason abort',
    failed('truncated abort'),
    stream([...words(4), finish('abort')]),
  ),
  wire(
    'an error object in the choice',
    failed('in_stream_error 502 "upstream is gone"'),
    stream([
      ...words(4),
      finishWith({ finish_reason: 'error', error: { code: 502, message: 'upstream is gone' } }),
    ]),
  ),
  wire(
    'an error object in a delta, after a success',
    failed('in_stream_error stop "late"'),
    stream([
      ...words(4),
      finishWith({ finish_reason: 'stop', delta: { error: { message: 'late' } } }),
    ]),
  ),
  wire(
    'an error object in x_groq',
    failed('in_stream_error "over"'),
    stream([...words(4), event({ choices: [], x_groq: { error: 'over' } })]),
  ),
  wire(
    'an error event and then [DONE]',
    failed('in_stream_error 500 "the engine died"'),
    stream([...words(4), event({ error: { message: 'the engine died', code: 500 } })]),
  ),
  wire(
    'an error as a field of the stream',
    failed('in_stream_error 503 "no slot"'),
    stream([...words(4), 'error: {"code":503,"message":"no slot"}\n\n'], ''),
  ),
  wire(
    'an error body without framing',
    failed('in_stream_error 400 "19185 tokens exceed 16384"'),
    stream(['{"error":{"code":400,"message":"19185 tokens exceed 16384"}}'], ''),
  ),
  wire(
    'an error body without framing over several lines, after tokens',
    failed('in_stream_error 400 "too long"'),
    stream(
      [...words(2), '{\n  "error": {\n    "code": 400,\n    "message": "too long"\n  }\n}\n'],
      '',
    ),
  ),
  wire(
    'an error of a framework, which has no choices',
    failed('in_stream_error "Not Found"'),
    stream([event({ detail: 'Not Found' })]),
  ),
  wire(
    'a list of what is wrong, with a status',
    failed('in_stream_error 422 "[{"msg":"too long"}]"'),
    stream([event({ detail: [{ msg: 'too long' }], status_code: 422 })]),
  ),
  wire(
    'a message with a status that refuses',
    failed('in_stream_error 502 "bad gateway"'),
    stream([event({ message: 'bad gateway', status: 502 })], ''),
  ),
  wire(
    'a remark without choices, and the end',
    failed('truncated no_finish_reason "{"type":"notice","message":"the model is asleep"}"'),
    stream([event({ type: 'notice', message: 'the model is asleep' })]),
  ),
  wire(
    'a remark without choices, and success',
    'ok 16 by usage, TTFT 72, ITL 20',
    stream([event({ type: 'notice', message: 'the model is asleep' }), ...words(), ...END]),
  ),
  wire(
    'text outside events, and the end',
    failed(`truncated FIN "<h1>502</h1> ${'bad gateway '.repeat(30).slice(0, 287)}"`),
    stream([`<h1>502</h1>\n${'bad gateway '.repeat(30)}`], ''),
  ),
  wire(
    'text outside events, and success',
    'ok 16 by usage, TTFT 72, ITL 20, text_outside_events',
    stream(['warming up\n\n', ...words(), ...END]),
  ),
  wire(
    'no finish reason, and [DONE]',
    failed('truncated no_finish_reason "[DONE] came without a finish reason"'),
    stream([...words(), usage(100, N)]),
  ),
  wire(
    'an empty finish reason in every event',
    failed('truncated no_finish_reason "[DONE] came without a finish reason"'),
    stream(each(N, () => delta({ content: ' w' }, ''))),
  ),
  wire(
    '[DONE] alone',
    failed('truncated no_finish_reason "[DONE] came without a finish reason"'),
    stream([]),
  ),
  wire(
    'a reason that nobody knows',
    `${GOOD}, finish_reason_unknown`,
    stream([...words(), finish('out_of_ink'), usage(100, N)]),
  ),
  wire('a reason in capitals', GOOD, stream([...words(), finish('MAX_TOKENS'), usage(100, N)])),
];

const zero = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
const apart = (rest: Json) =>
  event({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 4, ...rest } });
const reasoned = { completion_tokens_details: { reasoning_tokens: 12 } };
const FOURS = each(4, () => token(' a b c d'));

const COUNTS: readonly WireCase[] = [
  wire(
    'usage in the choice',
    GOOD,
    stream([...words(), finishWith({ finish_reason: 'length', ...counts(100, N) })]),
  ),
  wire('usage in x_groq', GOOD, stream([...words(), finish('length', { x_groq: counts(100, N) })])),
  wire(
    'usage by the names of another API',
    GOOD,
    stream([...words(), finish('length', { usage: { input_tokens: 100, output_tokens: N } })]),
  ),
  wire(
    'reasoning left out of the count, with a total',
    `${GOOD}, count_corrected`,
    stream([...words(), finish(), apart({ total_tokens: 116, ...reasoned })]),
  ),
  wire(
    'reasoning left out of the count, without a total',
    `${GOOD}, count_corrected`,
    stream([...words(), finish(), apart(reasoned)]),
  ),
  wire(
    'a total that has more than the count, as the stream',
    `${GOOD}, count_corrected`,
    stream([...words(), finish(), apart({ total_tokens: 116 })]),
  ),
  wire(
    'a total that is wrong',
    `${GOOD}, count_corrected`,
    stream([
      ...words(),
      finish(),
      event({ choices: [], usage: { ...zero, prompt_tokens: 100, completion_tokens: N } }),
    ]),
  ),
  wire(
    'a usage of nothing',
    'ok 16 by chunks, TTFT 52, ITL 20, count_dropped counted_by_chunks',
    stream([...words(), finish(), event({ choices: [], usage: zero })]),
  ),
  wire(
    'a count beyond reason',
    'ok 16 by chunks, TTFT 52, ITL 20, count_dropped counted_by_chunks',
    stream([...words(), finish(), usage(100, 4e9)]),
  ),
  wire(
    'a count below 0',
    'ok 16 by chunks, TTFT 52, ITL 20, usage_missing count_dropped counted_by_chunks',
    stream([
      ...words(),
      finish(),
      event({ choices: [], usage: { prompt_tokens: 100, completion_tokens: -1 } }),
    ]),
  ),
  wire(
    'more than the cap',
    'ok 16 by chunks, TTFT 52, ITL 20, count_dropped counted_by_chunks',
    stream([...words(), finish(), usage(100, 40)]),
    cap(),
  ),
  wire(
    'more than asked for, exactly',
    'ok 40 by usage, TTFT 52, mismatch',
    stream([...words(), finish(), usage(100, 40)]),
  ),
  wire(
    'two counts, and nothing to choose by',
    'ok, TTFT 52, count_dropped length_unknown',
    stream([...words(5), finish('stop'), usage(100, 9, { total_tokens: 130 })]),
    cap(64),
  ),
  wire(
    'fewer than asked for',
    'ok 5 by usage, TTFT 52, ITL 20, mismatch',
    stream([...words(5), finish('stop'), usage(100, 5)]),
  ),
  wire(
    'fewer than the cap, not counted',
    'ok, TTFT 52, usage_missing length_unknown',
    stream([...words(5), finish('stop')]),
    cap(),
  ),
  wire(
    'four tokens an event, counted at the end',
    'ok 16 by usage, TTFT 52',
    stream([...FOURS, ...END], DONE, 80),
  ),
  wire(
    'four tokens an event, from a make that sends the first alone',
    'ok 13 by usage, TTFT 52, ITL 20',
    stream([token(' w'), ...each(3, () => token(' a b c d')), finish(), usage(100, 13)], DONE, 80),
    { outputTokens: 13, client: { isFirstAlone: true } },
  ),
  wire(
    'half of the tokens in the first event, counted at the end',
    'ok 16 by usage, TTFT 52',
    stream([token(' w'.repeat(8)), ...words(8), ...END]),
  ),
  wire(
    'a token without an event of its own',
    'ok 16 by usage, TTFT 52, ITL 18.667',
    stream([...words(15), ...END]),
  ),
  wire(
    'four tokens an event, not counted',
    'ok, TTFT 52, usage_missing length_unknown',
    stream([...FOURS, finish()], DONE, 80),
  ),
  wire(
    'four tokens an event, counted on each',
    'ok 16 by usage, TTFT 52, ITL 20',
    stream(
      [...each(4, (i) => token(' a b c d', counts(100, 4 * i + 4))), finish(), usage(100, N)],
      DONE,
      80,
    ),
  ),
  wire(
    'half of the tokens in the first event',
    GOOD,
    stream([...each(9, (i) => token(' w', counts(100, 8 + i))), ...END]),
  ),
];

const ARRIVALS: readonly WireCase[] = [
  wire('all events at once', 'ok 16 by usage, TTFT 352', atOnce([...words(), ...END])),
  wire(
    'all events at once, counted on each',
    'ok 16 by usage, TTFT 352',
    atOnce([...each(N, (i) => token(' w', counts(100, i + 1))), ...END]),
  ),
  wire('all text in one event', 'ok 16 by usage, TTFT 52', stream([token(' w'.repeat(N)), ...END])),
  wire(
    'four events a read',
    'ok 16 by usage, TTFT 52',
    stream([...each(4, () => words(4).join('')), ...END], DONE, 80),
  ),
  wire(
    'four events a read, counted on each',
    GOOD,
    stream(
      [...each(4, (i) => each(4, (j) => token(' w', counts(100, 4 * i + j + 1))).join('')), ...END],
      DONE,
      80,
    ),
  ),
  wire('one token', 'ok 1 by usage, TTFT 52', stream([...words(1), finish(), usage(100, 1)]), {
    outputTokens: 1,
  }),
];

const FRAMES: readonly WireCase[] = [
  wire(
    '"data:" twice',
    failed(
      'malformed "Cannot read event "data: {"choices":[]}": it is not valid JSON, expected a chunk as a JSON object"',
    ),
    stream(['data: data: {"choices":[]}\n\n']),
  ),
  wire('no content, and a finish reason', failed('no_tokens'), stream([...END])),
];

export const WIRE_CASES: readonly WireCase[] = [
  ...CONTENT,
  ...ENDINGS,
  ...COUNTS,
  ...ARRIVALS,
  ...FRAMES,
];
