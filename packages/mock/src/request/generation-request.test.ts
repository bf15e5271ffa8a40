import { expect, test } from 'vitest';

import { DIALECTS, type DialectName } from '../dialect/dialect.ts';
import { readGenerationRequest, type GenerationEndpoint } from './generation-request.ts';

const read = (endpoint: GenerationEndpoint, body: unknown, dialect: DialectName = 'dynamo-1.6') =>
  readGenerationRequest(
    endpoint,
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    { dialect: DIALECTS[dialect], model: 'm', templateTokens: 3 },
  );

const chat = (changes: object = {}) => ({
  model: 'm',
  max_tokens: 2,
  messages: [{ role: 'user', content: 'a b c' }],
  ...changes,
});

const text = (changes: object = {}) => ({ model: 'm', max_tokens: 2, prompt: 'a b c', ...changes });

const counted: [behaviour: string, endpoint: GenerationEndpoint, body: object, tokens: number][] = [
  ['counts words and the template', 'chat', chat(), 6],
  [
    'counts every message and text part',
    'chat',
    chat({
      messages: [
        { role: 'system', content: 'a b' },
        { role: 'assistant', content: null },
        { role: 'user', content: [{ type: 'text', text: 'c d' }, { type: 'image_url' }] },
      ],
    }),
    7,
  ],
  ['counts the words of a prompt', 'completions', text(), 3],
  ['counts token ids', 'completions', text({ prompt: [5, 0, 99_999, 7] }), 4],
  ['counts a list of one text', 'completions', text({ prompt: ['a b'] }), 2],
  ['counts a list of one list of ids', 'completions', text({ prompt: [[1, 2]] }), 2],
];

test.each(counted)('readGenerationRequest() %s', (_behaviour, endpoint, body, tokens) => {
  expect(read(endpoint, body)).toMatchObject({ promptTokens: tokens, outputTokens: 2 });
});

test('readGenerationRequest() takes what the answer depends on', () => {
  const body = chat({
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
    max_completion_tokens: 9,
    min_tokens: 99,
    ignore_eos: true,
    cache_salt: 'run-1',
    nvext: { extra_fields: ['timing'], annotations: ['token_ids'] },
  });
  expect(read('chat', body)).toEqual({
    endpoint: 'chat',
    model: 'm',
    stream: true,
    includeUsage: true,
    continuousUsage: true,
    promptTokens: 6,
    outputTokens: 9,
    extraFields: new Set(['timing']),
    annotations: ['token_ids'],
  });
});

const FAILED = 'Failed to deserialize the JSON body into the target type: ';

const refused: [
  behaviour: string,
  endpoint: GenerationEndpoint,
  body: unknown,
  code: number,
  start: string,
][] = [
  ['bad JSON', 'chat', '{"model":', 400, FAILED],
  ['a wrong type', 'chat', chat({ max_tokens: 'two' }), 400, `${FAILED}max_tokens`],
  ['no messages', 'chat', { model: 'm', max_tokens: 2 }, 400, `${FAILED}messages`],
  ['no prompt', 'completions', { model: 'm' }, 400, `${FAILED}missing field \`prompt\``],
  [
    'several prompts',
    'completions',
    text({ prompt: ['a', 'b'] }),
    400,
    `${FAILED}prompt: the mock`,
  ],
  [
    'ignore_eos in nvext',
    'chat',
    chat({ nvext: { ignore_eos: true } }),
    400,
    `${FAILED}nvext: unknown field \`ignore_eos\`, expected one of \`greed_sampling\``,
  ],
  [
    'an unknown root field',
    'chat',
    chat({ foo: 1, bar: 2 }),
    400,
    'Validation: Unsupported parameter(s): `foo`, `bar`',
  ],
  [
    'chat fields in completions',
    'completions',
    text({ messages: [] }),
    400,
    'Validation: Unsupported parameter(s): `messages`',
  ],
  ['empty messages', 'chat', chat({ messages: [] }), 400, 'Validation: Messages array'],
  ['an empty prompt', 'completions', text({ prompt: '' }), 400, 'Validation: Prompt string'],
  ['no ids', 'completions', text({ prompt: [] }), 400, 'Validation: Prompt string'],
  ['max_tokens 0', 'chat', chat({ max_tokens: 0 }), 400, 'Validation: Max tokens'],
  [
    'max_completion_tokens 0',
    'chat',
    chat({ max_completion_tokens: 0 }),
    400,
    'Validation: Max completion',
  ],
  [
    'temperature 9',
    'chat',
    chat({ temperature: 9 }),
    400,
    'Validation: Temperature must be between 0 and 2, got 9',
  ],
  [
    'stream options without a stream',
    'chat',
    chat({ stream_options: { include_usage: true } }),
    400,
    'Validation: The `stream_options`',
  ],
  ['another model', 'chat', chat({ model: 'other' }), 404, 'Model not found'],
];

test.each(refused)('readGenerationRequest() refuses %s', (_what, endpoint, body, code, start) => {
  const refusal = read(endpoint, body);
  if (!('status' in refusal)) throw new Error('it was accepted');
  expect(refusal.status).toBe(code);
  const error = JSON.parse(refusal.body) as { message: string; type: string; code: number };
  expect(Object.keys(error)).toEqual(['message', 'type', 'code']);
  expect(error.message.slice(0, start.length)).toBe(start);
  expect(error.code).toBe(code);
});

const differing: [dialect: DialectName, body: object, accepted: boolean][] = [
  ['vllm', chat({ nvext: { ignore_eos: true } }), true],
  ['dynamo-1.3', chat({ nvext: { ignore_eos: true } }), false],
  ['dynamo-1.3', chat({ foo: 1 }), false],
  ['vllm', chat({ foo: 1 }), true],
];

test.each(differing)(
  'readGenerationRequest() in %s of %j: accepted %s',
  (dialect, body, accepted) => {
    expect('promptTokens' in read('chat', body, dialect)).toBe(accepted);
  },
);
