import { expect, test } from 'vitest';

import { DIALECTS, type DialectName } from '../dialect/dialect.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { Wording, type AnswerContext, type Finish } from './wording.ts';

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

const finish: Finish = {
  reason: 'length',
  receivedUnixMs: 1_700_000_000_000,
  ttftMs: 3.5,
  totalMs: 9,
};

/** A wording with this dialect, for this request. */
function wording(dialect: DialectName, changes: Partial<GenerationRequest> = {}) {
  const context: AnswerContext = {
    dialect: DIALECTS[dialect],
    request: { ...request, ...changes },
    number: 1,
    createdUnixS: 7,
    facts: {
      prefillWorkerId: '4611686018427387905',
      decodeWorkerId: '4611686018427387906',
      toldCachedTokens: 4,
      prefillWaitNs: 1e6,
      prefillNs: 2.5e6,
    },
  };
  return new Wording(context);
}

/** All chunks of an answer of two tokens, without what is equal in all of them. */
function chunks(dialect: DialectName, changes: Partial<GenerationRequest> = {}): string[] {
  const words = wording(dialect, changes);
  const finishes = DIALECTS[dialect].finish === 'last-token';
  const events = [
    words.opening(),
    words.tokens({ from: 0, count: 1 }),
    words.tokens({ from: 1, count: 1, finish: finishes ? finish : undefined }),
    finishes ? undefined : words.tokens({ from: 2, count: 0, finish }),
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
  dialect: DialectName,
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

const extended: [dialect: DialectName, tokens: string, finish: string][] = [
  ['vllm', '', ''],
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

test('Wording puts several tokens in a chunk', () => {
  expect(wording('dynamo-1.6').tokens({ from: 0, count: 3 })).toContain(
    '"delta":{"content":" one two three","role":"assistant"},"finish_reason":null',
  );
});

test('Wording has no chunk for silent tokens in chat, and an empty text in completions', () => {
  const chat = wording('dynamo-1.6');
  expect(chat.tokens({ from: 0, count: 1, isSilent: true })).toContain(
    '"delta":{"role":"assistant"},"finish_reason":null',
  );
  expect(chat.tokens({ from: 1, count: 1, isSilent: true })).toBeUndefined();
  const completions = wording('dynamo-1.6', { endpoint: 'completions' });
  expect(completions.tokens({ from: 1, count: 1, isSilent: true })).toContain(
    '"text":"","index":0',
  );
});

test('Wording gives the running counts on every chunk when asked to', () => {
  const [first, , finish] = chunks('dynamo-1.6', { continuousUsage: true });
  expect(first).toContain('"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6');
  expect(finish).toContain('"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7');
});

test('Wording puts the payload of a named event into a comment', () => {
  expect(wording('dynamo-1.6').commentedEvent('token_ids', '"[1,3]"')).toBe(
    'event: token_ids\n: "[1,3]"\n\n',
  );
});
