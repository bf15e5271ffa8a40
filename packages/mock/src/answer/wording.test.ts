import { expect, test } from 'vitest';

import { dialectSchema } from '../dialect/dialect.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { Wording, type Answer } from './wording.ts';

const request: GenerationRequest = {
  endpoint: 'chat',
  model: 'm',
  stream: true,
  includeUsage: true,
  continuousUsage: false,
  promptTokens: 5,
  outputTokens: 2,
  extraFields: new Set(),
  annotations: [],
};

const timing = {
  requestReceivedUnixMs: 1_700_000_000_000,
  prefillWaitMs: 1,
  prefillMs: 2.5,
  ttftMs: 3.5,
  totalMs: 9,
};

/** A wording with this dialect, for this request. */
function wording(dialect: unknown, changes: Partial<GenerationRequest> = {}) {
  const answer: Answer = {
    dialect: dialectSchema.parse(dialect),
    request: { ...request, ...changes },
    number: 1,
    createdUnixS: 7,
    promptTokens: 5,
    facts: {
      prefillWorkerId: '4611686018427387905',
      decodeWorkerId: '4611686018427387906',
      toldCachedTokens: 4,
    },
  };
  return new Wording(answer);
}

/** All chunks of an answer of two tokens, without what is equal in all of them. */
function chunks(dialect: unknown, changes: Partial<GenerationRequest> = {}): string[] {
  const words = wording(dialect, changes);
  const finishes = dialectSchema.parse(dialect).finish === 'last-token';
  const finish = finishes ? { reason: 'length', timing } : undefined;
  const events = [
    words.opening(),
    words.tokens({ from: 0, count: 1 }),
    words.tokens({ from: 1, count: 1, finish }),
    finishes ? undefined : words.finish('length', timing, 2),
    words.usage(2),
    words.done(),
  ];
  return events
    .filter((event) => event !== undefined)
    .map((event) =>
      event
        .trimEnd()
        .replace(/^data: ?/, '')
        .replace(/"id":"[^"]*",/, '')
        .replace('"created":7,"model":"m",', ''),
    );
}

const CHUNK = '"object":"chat.completion.chunk"';
const NULLS = `${CHUNK},"service_tier":null,"system_fingerprint":null`;
const TEXT = '"system_fingerprint":null,"object":"text_completion"';
const COUNTS = '"prompt_tokens":5,"completion_tokens":2,"total_tokens":7';
const CACHED = `${COUNTS},"prompt_tokens_details":{"cached_tokens":4}`;

const layouts: [
  behaviour: string,
  dialect: unknown,
  changes: Partial<GenerationRequest>,
  string[],
][] = [
  [
    'words chat as Dynamo 1.6 does',
    'dynamo-1.6',
    {},
    [
      `{"choices":[{"index":0,"delta":{"content":" one","role":"assistant"},"finish_reason":null,"logprobs":null}],${CHUNK}}`,
      `{"choices":[{"index":0,"delta":{"content":" two"},"finish_reason":null,"logprobs":null}],${CHUNK}}`,
      `{"choices":[{"index":0,"delta":{},"finish_reason":"length","logprobs":null}],${CHUNK}}`,
      `{"choices":[],${CHUNK},"usage":{${CACHED}}}`,
      '[DONE]',
    ],
  ],
  [
    'words chat as Dynamo 1.3 does',
    'dynamo-1.3',
    {},
    [
      `{"choices":[{"index":0,"delta":{"content":" one","role":"assistant"},"finish_reason":null,"logprobs":null}],${NULLS},"usage":null}`,
      `{"choices":[{"index":0,"delta":{"content":" two","role":"assistant"},"finish_reason":null,"logprobs":null}],${NULLS},"usage":null}`,
      `{"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":"length","logprobs":null}],${NULLS},"usage":null}`,
      `{"choices":[],${NULLS},"usage":{${COUNTS}}}`,
      '[DONE]',
    ],
  ],
  [
    'words chat as vLLM does',
    'vllm',
    {},
    [
      `{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null,"logprobs":null}],${CHUNK}}`,
      `{"choices":[{"index":0,"delta":{"content":" one"},"finish_reason":null,"logprobs":null}],${CHUNK}}`,
      `{"choices":[{"index":0,"delta":{"content":" two"},"finish_reason":"length","logprobs":null}],${CHUNK}}`,
      `{"choices":[],${CHUNK},"usage":{${CACHED}}}`,
      '[DONE]',
    ],
  ],
  [
    'words completions',
    'dynamo-1.6',
    { endpoint: 'completions' },
    [
      `{"choices":[{"text":" one","index":0}],${TEXT},"usage":null}`,
      `{"choices":[{"text":" two","index":0}],${TEXT},"usage":null}`,
      `{"choices":[{"text":"","index":0,"finish_reason":"length"}],${TEXT},"usage":null}`,
      `{"choices":[],${TEXT},"usage":{${COUNTS},"prompt_tokens_details":{"audio_tokens":null,"cached_tokens":4}}}`,
      '[DONE]',
    ],
  ],
];

test.each(layouts)('Wording %s', (_behaviour, dialect, changes, wanted) => {
  expect(chunks(dialect, changes)).toEqual(wanted);
});

const IDS =
  '"worker_id":{"prefill_worker_id":4611686018427387905,"decode_worker_id":4611686018427387906}';
const extraFields = new Set(['timing', 'worker_id']);

const extended: [dialect: string, tokens: string, finish: string][] = [
  ['dynamo-1.2', '', ',"nvext":{"timing":{"request_received_ms":1700000000000,"total_time_ms":9}}'],
  [
    'dynamo-1.3',
    `,"nvext":{${IDS}}`,
    `,"nvext":{${IDS},"timing":{"request_received_ms":1700000000000,"total_time_ms":9}}`,
  ],
  [
    'dynamo-1.6',
    `,"nvext":{${IDS}}`,
    `,"nvext":{${IDS},"timing":{"request_received_ms":1700000000000,"prefill_wait_time_ms":1,` +
      '"prefill_time_ms":2.5,"ttft_ms":3.5,"total_time_ms":9}}',
  ],
];

test.each(extended)('Wording in %s puts nvext where it belongs', (dialect, tokens, finish) => {
  const [first, , last, usage] = chunks(dialect, { extraFields });
  const plain = chunks(dialect);
  expect(first).toBe(`${plain[0]!.slice(0, -1)}${tokens}}`);
  expect(last).toBe(`${plain[2]!.slice(0, -1)}${finish}}`);
  expect(usage).toBe(plain[3]);
});

const deltas: [behaviour: string, dialect: object, from: number, count: number, delta: string][] = [
  ['several tokens in a chunk', {}, 0, 3, '{"content":" one two three","role":"assistant"}'],
  [
    'reasoning first',
    { reasoningTokens: 2 },
    0,
    1,
    '{"reasoning_content":" one","role":"assistant"}',
  ],
  [
    'reasoning in its other field',
    { reasoningTokens: 2, reasoningField: 'reasoning' },
    0,
    1,
    '{"reasoning":" one","role":"assistant"}',
  ],
  [
    'a chunk of both',
    { reasoningTokens: 1 },
    0,
    2,
    '{"reasoning_content":" one","content":" two","role":"assistant"}',
  ],
  [
    'a silent token among others',
    { silentEvery: 2 },
    0,
    3,
    '{"content":" one three","role":"assistant"}',
  ],
  ['the role alone for a silent first token', { silentEvery: 1 }, 0, 1, '{"role":"assistant"}'],
  [
    'characters of many bytes',
    { text: 'multi-byte' },
    1,
    2,
    '{"content":" 漢字 🙂","role":"assistant"}',
  ],
  [
    'a tool call',
    { answer: 'tool-call' },
    0,
    1,
    '{"tool_calls":[{"index":0,"id":"call-1","type":"function","function":{"name":"f","arguments":" one"}}],"role":"assistant"}',
  ],
  [
    'the rest of a tool call',
    { answer: 'tool-call' },
    1,
    1,
    '{"tool_calls":[{"index":0,"function":{"arguments":" two"}}],"role":"assistant"}',
  ],
];

test.each(deltas)('Wording renders %s', (_behaviour, dialect, from, count, delta) => {
  const event = wording(dialect).tokens({ from, count });
  expect(event).toContain(`"delta":${delta},"finish_reason":null`);
});

test('Wording has no chunk for a silent token in chat, and an empty text in completions', () => {
  const silent = { silentEvery: 2 };
  const chat = wording(silent);
  expect(chat.tokens({ from: 0, count: 1 })).toContain(' one');
  expect(chat.tokens({ from: 1, count: 1 })).toBeUndefined();
  const completions = wording(silent, { endpoint: 'completions' });
  expect(completions.tokens({ from: 1, count: 1 })).toContain('"text":"","index":0');
});

test('Wording gives the running counts on every chunk when asked to', () => {
  const [first, , finish] = chunks('dynamo-1.6', { continuousUsage: true });
  expect(first).toContain('"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6');
  expect(finish).toContain('"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7');
});

const lines: [behaviour: string, dialect: object, event: string][] = [
  ['LF and a space', {}, 'data: x\n\n'],
  ['CRLF', { lineEnd: 'crlf' }, 'data: x\r\n\r\n'],
  ['CR', { lineEnd: 'cr' }, 'data: x\r\r'],
  ['no space', { dataSpace: false }, 'data:x\n\n'],
];

test.each(lines)('Wording ends lines with %s', (_behaviour, dialect, event) => {
  expect(wording(dialect).event('x')).toBe(event);
});

test('Wording puts the payload of a named event into a comment', () => {
  expect(wording({}).commentedEvent('token_ids', '"[1,3]"')).toBe(
    'event: token_ids\n: "[1,3]"\n\n',
  );
  expect(wording({}).keepAlive()).toBe(':\n\n');
});
