import {
  answer,
  chunk,
  CHUNKED,
  counts,
  delta,
  DONE,
  event,
  finish,
  LAST_CHUNK,
  token,
  usage,
} from './events.ts';
import type { Case, Step } from './perform-case.ts';

function whole(status: string, type: string, body: string): string {
  return (
    `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

const ROLE = delta({ role: 'assistant', content: '' });
const THREE = [token('one'), token(' two'), token(' three')];
const PLAIN = [ROLE, ...THREE, finish(), usage(24, 3)];
const text = (value: string, reason: string | null = null) =>
  event({ id: 'cmpl-1', choices: [{ index: 0, text: value, finish_reason: reason }] });

const SMILE = Buffer.from(token('größer 🙂 als'));
const inSmile = SMILE.indexOf(Buffer.from('🙂')) + 2;
const inUmlaut = SMILE.indexOf(Buffer.from('ö')) + 1;

/** The order is that of the golden file: new cases come last. */
export const CASES: readonly Case[] = [
  {
    title: 'a plain chat stream, on a socket opened ahead',
    answers: [answer(PLAIN)],
    outputTokens: 3,
    isOpenedAhead: true,
  },
  {
    title: 'a plain chat stream, on a socket opened when due',
    answers: [answer(PLAIN)],
    outputTokens: 3,
  },
  {
    title: 'two requests on one socket',
    answers: [answer(PLAIN), answer(PLAIN)],
    outputTokens: 3,
    isOpenedAhead: true,
  },
  {
    title: 'a request that waits for the only socket',
    answers: [answer(PLAIN), answer(PLAIN)],
    outputTokens: 3,
    client: { maxConnections: 1 },
    isTogether: true,
  },
  {
    title: 'a completions stream',
    answers: [answer([text('one'), text(' two'), text(' three', 'length'), usage(25, 3)])],
    outputTokens: 3,
    client: { endpoint: 'completions' },
  },
  {
    title: 'reasoning before the answer, by both names',
    answers: [
      answer([
        ROLE,
        delta({ reasoning_content: 'let me' }),
        delta({ reasoning: ' see' }),
        token('yes'),
        finish('stop'),
        usage(20, 3, { completion_tokens_details: { reasoning_tokens: 2 } }),
      ]),
    ],
    outputTokens: 3,
  },
  {
    title: 'tool calls and no text',
    answers: [
      answer([
        ROLE,
        delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'look', arguments: '' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: '{"at":' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
        finish('tool_calls'),
        usage(20, 3),
      ]),
    ],
    outputTokens: 3,
  },
  {
    title: 'several tokens a chunk, counted on every chunk',
    answers: [
      answer([
        token('one two three', counts(20, 3)),
        token(' four five', counts(20, 5)),
        token(' six', counts(20, 6)),
        finish('length', counts(20, 6)),
      ]),
    ],
    outputTokens: 6,
  },
  {
    title: 'several tokens a chunk, counted at the end alone',
    answers: [answer([token('one two three'), token(' four five'), finish(), usage(20, 5)])],
    outputTokens: 5,
  },
  { title: 'no usage', answers: [answer([...THREE, finish()])], outputTokens: 3 },
  { title: 'no [DONE]', answers: [answer(PLAIN, '')], outputTokens: 3 },
  {
    title: 'data after [DONE]',
    answers: [answer(PLAIN, DONE + token('too late'))],
    outputTokens: 3,
  },
  {
    title: 'a server that leaves the body open after [DONE]',
    answers: [[...answer(PLAIN).slice(0, -1), [0.5, chunk(DONE)], [700, '']]],
    outputTokens: 3,
  },
  {
    title: 'an error event inside the stream',
    answers: [answer([token('one'), 'event: error\ndata: worker died\n\n'])],
    outputTokens: 3,
  },
  {
    title: 'an error object as a chunk',
    answers: [
      answer([token('one'), event({ error: { message: 'out of memory', code: 503, type: 'x' } })]),
    ],
    outputTokens: 3,
  },
  {
    title: 'refused with 429 and JSON',
    answers: [
      [
        [
          3,
          whole(
            '429 Too Many Requests',
            'application/json',
            '{"error":{"message":"slow down","type":"rate_limit"}}',
          ),
        ],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'refused with 500 and JSON',
    answers: [
      [
        [3, 'HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\n'],
        [4, 'transfer-encoding: chunked\r\n\r\n'],
        [5, chunk('{"message":"no worker')],
        [6, Buffer.concat([chunk('","code":500}'), Buffer.from(LAST_CHUNK)])],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'cut short in order, within an event',
    answers: [
      [
        [2, CHUNKED],
        [50, chunk(ROLE + token('one'))],
        [10, chunk('data: {"choi')],
        [1, 'end'],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'cut short by a reset',
    answers: [
      [
        [2, CHUNKED],
        [50, chunk(token('one'))],
        [10, 'reset'],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'lost after the finish reason',
    answers: [[...answer(PLAIN).slice(0, -1), [3, 'reset']]],
    outputTokens: 3,
  },
  {
    title: 'closed before any answer',
    answers: [[[7, 'end']]],
    outputTokens: 3,
  },
  {
    title: 'ended without a finish reason',
    answers: [answer([token('one'), token(' two')], '')],
    outputTokens: 3,
  },
  {
    title: 'a malformed chunk, then an ending as if nothing had been',
    answers: [answer([token('one'), 'data: {"choices":[{"delta"\n\n', finish(), usage(20, 3)])],
    outputTokens: 3,
  },
  {
    title: 'no event stream',
    answers: [[[3, whole('200 OK', 'text/html', '<p>hello</p>')]]],
    outputTokens: 3,
  },
  {
    title: 'no tokens',
    answers: [answer([ROLE, finish('stop'), usage(20, 0)])],
    outputTokens: 3,
  },
  {
    title: 'another length than asked for',
    answers: [answer([...THREE, finish('stop'), usage(20, 3)])],
    outputTokens: 7,
  },
  {
    title: 'fewer tokens than the cap, which is no other length',
    answers: [answer([...THREE, finish('stop'), usage(20, 3)])],
    outputTokens: 7,
    client: { outputLength: 'cap' },
  },
  {
    title: 'characters split over reads',
    answers: [
      [
        [2, CHUNKED],
        [40, chunk(SMILE.subarray(0, inUmlaut))],
        [1, chunk(SMILE.subarray(inUmlaut, inSmile))],
        [2, chunk(SMILE.subarray(inSmile, -1))],
        [3, chunk(SMILE.subarray(-1))],
        [10, Buffer.concat([chunk(finish() + usage(20, 1) + DONE), Buffer.from(LAST_CHUNK)])],
      ],
    ],
    outputTokens: 1,
  },
  {
    title: 'events that end in CRLF, with comments between them, chunks split by reads',
    answers: [
      [
        [2, CHUNKED],
        [40, chunk(`: ping\r\n\r\n${token('one').replaceAll('\n', '\r\n')}`)],
        [10, chunk(token(' two').replaceAll('\n', '\r\n')).subarray(0, 40)],
        [5, chunk(token(' two').replaceAll('\n', '\r\n')).subarray(40)],
        [5, chunk(`${finish()}${usage(20, 2)}${DONE}`.replaceAll('\n', '\r\n'))],
        [1, LAST_CHUNK],
      ],
    ],
    outputTokens: 2,
  },
  {
    title: 'several events in one read',
    answers: [
      [
        [2, CHUNKED],
        [40, Buffer.concat([chunk(token('one')), chunk(token(' two') + token(' three'))])],
        [10, Buffer.concat([chunk(finish() + usage(20, 3) + DONE), Buffer.from(LAST_CHUNK)])],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'cached prompt tokens',
    answers: [
      answer([...THREE, finish(), usage(30, 3, { prompt_tokens_details: { cached_tokens: 16 } })]),
    ],
    outputTokens: 3,
  },
  {
    title: "Dynamo's worker ids and timing",
    answers: [
      answer([
        token('one', {}).replace(
          '"choices"',
          '"nvext":{"worker_id":{"prefill_worker_id":4611686018429387911,' +
            '"decode_worker_id":4611686018429387912}},"choices"',
        ),
        token(' two'),
        finish('length', {
          nvext: {
            timing: {
              request_received_ms: 1_767_323_077_700,
              prefill_wait_time_ms: 1.5,
              prefill_time_ms: 40.25,
              ttft_ms: 49,
              kv_hit_rate: 0.25,
            },
          },
        }),
        usage(30, 2, { prompt_tokens_details: { cached_tokens: 0 } }),
      ]),
    ],
    outputTokens: 2,
    client: { serverDetails: true },
  },
  {
    title: 'a body of known length',
    answers: [
      [
        [
          5,
          'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n' +
            `content-length: ${Buffer.byteLength(PLAIN.join('') + DONE)}\r\n\r\n`,
        ],
        ...PLAIN.map((each): Step => [10, each]),
        [1, DONE],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'a body that ends with the connection',
    answers: [
      [
        [5, 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n'],
        ...PLAIN.map((each): Step => [10, each]),
        [1, DONE],
        [2, 'end'],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'no first token in time',
    answers: [
      [
        [2, CHUNKED],
        [10, chunk(ROLE)],
        [5000, ''],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'no next token in time',
    answers: [
      [
        [2, CHUNKED],
        [10, chunk(token('one'))],
        [3000, ''],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'no end in time',
    answers: [
      [
        [2, CHUNKED],
        ...Array.from({ length: 6 }, (_, index): Step => [1900, chunk(token(` ${index}`))]),
      ],
    ],
    outputTokens: 9,
  },
  {
    title: 'aborted after its first token',
    answers: [
      [
        [2, CHUNKED],
        [10, chunk(token('one'))],
        [3, 'abort'],
      ],
    ],
    outputTokens: 3,
  },
  {
    title: 'an unknown finish reason',
    answers: [answer([...THREE, finish('ran_out_of_ink'), usage(20, 3)])],
    outputTokens: 3,
  },
];
