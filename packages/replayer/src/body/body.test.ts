import { expect, test } from 'vitest';

import { type BodyOptions, createBodyWriter } from './body.ts';

const base: BodyOptions = {
  endpoint: 'chat',
  model: 'm',
  outputLength: 'exact',
  prompt: 'words',
  serverDetails: false,
};

const bodies: [behaviour: string, options: Partial<BodyOptions>, expected: object][] = [
  [
    'asks chat for exactly so many tokens, at the root',
    {},
    {
      model: 'm',
      messages: [{ role: 'user', content: 'able about' }],
      max_tokens: 7,
      min_tokens: 7,
      ignore_eos: true,
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  [
    'asks for at most so many with cap',
    { outputLength: 'cap' },
    {
      model: 'm',
      messages: [{ role: 'user', content: 'able about' }],
      max_tokens: 7,
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  [
    'gives completions a prompt',
    { endpoint: 'completions', outputLength: 'cap' },
    {
      model: 'm',
      prompt: 'able about',
      max_tokens: 7,
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  [
    'merges extra fields object by object',
    {
      outputLength: 'cap',
      serverDetails: true,
      extra: { temperature: 0, nvext: { priority: 1 }, stream_options: { x: 1 } },
    },
    {
      model: 'm',
      messages: [{ role: 'user', content: 'able about' }],
      max_tokens: 7,
      stream: true,
      stream_options: { include_usage: true, x: 1 },
      nvext: { extra_fields: ['timing', 'worker_id'], priority: 1 },
      temperature: 0,
    },
  ],
  [
    'escapes a model name',
    { model: 'a"b\n', outputLength: 'cap' },
    {
      model: 'a"b\n',
      messages: [{ role: 'user', content: 'able about' }],
      max_tokens: 7,
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
];

test.each(bodies)('createBodyWriter() %s', (_behaviour, options, expected) => {
  const body = createBodyWriter({ ...base, ...options })(Buffer.from('able about'), 7);
  expect(JSON.parse(body.toString())).toEqual(expected);
  expect(body.buffer.byteLength).toBe(body.byteLength);
});

test('createBodyWriter() sends token ids as they are', () => {
  const write = createBodyWriter({ ...base, endpoint: 'completions', prompt: 'token-ids' });
  expect(JSON.parse(write(Buffer.from('[1,2]'), 1).toString())).toMatchObject({ prompt: [1, 2] });
});

test.each(['max_tokens', 'messages', 'stream', 'model', 'prompt', 'ignore_eos'])(
  'createBodyWriter() refuses a body that sets "%s"',
  (field) => {
    expect(() => createBodyWriter({ ...base, extra: { [field]: 1 } })).toThrow(
      `Cannot merge "body": it sets "body.${field}", expected fields that the trace does not decide`,
    );
  },
);
