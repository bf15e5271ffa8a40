import { describe, expect, test } from 'vitest';

import { interpretChunk } from './chunk.ts';
import { parseAll, readStreamFixtures } from '../test/streams.ts';

test.each(readStreamFixtures())(
  'interpretChunk() reads the events of $name',
  ({ bytes, events }) => {
    const chunks = parseAll(bytes, []).events.map(({ type, data }) => {
      const chunk = interpretChunk(type, data);
      return chunk.kind === 'malformed' ? { kind: chunk.kind } : chunk;
    });
    expect(chunks).toEqual(events);
  },
);

const choice = (fields: string) => `{"choices":[{"index":0,${fields}}]}`;

describe('interpretChunk() reads content', () => {
  const table: [behaviour: string, data: string, content: string | undefined][] = [
    ['of a delta', choice('"delta":{"content":"a"}'), 'answer'],
    ['of a message', choice('"message":{"content":"a"}'), 'answer'],
    ['of a text', choice('"text":"a"'), 'answer'],
    ['that is white space', choice('"delta":{"content":" "}'), 'answer'],
    ['that is [DONE]', choice('"delta":{"content":"[DONE]"}'), 'answer'],
    ['not if it is empty', choice('"delta":{"content":""}'), undefined],
    ['not if it is null', choice('"delta":{"content":null}'), undefined],
    ['not if it is a number', choice('"delta":{"content":5}'), undefined],
    ['not if the delta is null', choice('"delta":null,"text":null'), undefined],
    ['not for a role alone', choice('"delta":{"role":"assistant"}'), undefined],
    ['not if choices is no list', '{"choices":{"0":{"text":"a"}}}', undefined],
    ['not of a choice that is no object', '{"choices":[null,1,"a",[]]}', undefined],
    ['of a list of parts', choice('"delta":{"content":[{"type":"text","text":"a"}]}'), 'answer'],
    [
      'not of empty parts',
      choice('"delta":{"content":[{"type":"text","text":""},null,[]]}'),
      undefined,
    ],
    [
      'of a thinking part in a list',
      choice('"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]}]}'),
      'reasoning',
    ],
    [
      'of a part of an unknown type',
      choice('"delta":{"content":[{"type":"x","y":"a"}]}'),
      'unknown',
    ],
    ['under an unknown key', choice('"delta":{"thought":"a"}'), 'unknown'],
    ['as answer beside an unknown key', choice('"delta":{"content":"a","origin":"b"}'), 'answer'],
    ['of a refusal', choice('"delta":{"content":null,"refusal":"a"}'), 'answer'],
    ['of a transcript', choice('"delta":{"audio":{"id":"i","transcript":"a"}}'), 'answer'],
    ['not of an id alone', choice('"delta":{"audio":{"id":"i"},"tool_call_id":"t"}'), undefined],
    [
      'of arguments that are an object',
      choice('"delta":{"tool_calls":[{"function":{"arguments":{"a":1}}}]}'),
      'tool_call',
    ],
    [
      'of a stream of another protocol',
      '{"type":"content_block_delta","delta":{"text":"a"}}',
      'unknown',
    ],
    [
      'not of log probabilities',
      choice('"logprobs":{"content":[{"token":"a"}]},"delta":{}'),
      undefined,
    ],
    ['as reasoning', choice('"delta":{"reasoning":"a"}'), 'reasoning'],
    ['as answer before reasoning', choice('"delta":{"reasoning":"a","content":"b"}'), 'answer'],
    [
      'of a tool call by its name',
      choice('"delta":{"tool_calls":[{"function":{"name":"f","arguments":""}}]}'),
      'tool_call',
    ],
    [
      'not of an empty tool call',
      choice('"delta":{"tool_calls":[{"index":0,"function":{"arguments":""}},null]}'),
      undefined,
    ],
    ['not of an empty list of calls', choice('"delta":{"tool_calls":[]}'), undefined],
    [
      'of the foremost kind in any choice',
      '{"choices":[{"delta":{"reasoning":"a"}},{"text":"b"}]}',
      'answer',
    ],
    ['not under a prototype key', choice('"delta":{"__proto__":{"content":"a"}}'), undefined],
    ['of the last of equal keys', choice('"delta":{"content":"a","content":""}'), undefined],
  ];

  test.each(table)('%s', (_behaviour, data, content) => {
    expect(interpretChunk('message', data)).toEqual({
      kind: 'delta',
      ...(content !== undefined && { content }),
    });
  });
});

const meanings: [behaviour: string, type: string, data: string, chunk: object][] = [
  ['takes [DONE]', 'message', '[DONE]', { kind: 'done' }],
  ['takes [DONE] among white space', 'message', ' \t[DONE]\n ', { kind: 'done' }],
  ['ignores an event without text', 'message', '  ', { kind: 'delta' }],
  ['ignores what it does not know', 'message', '{"type":"ping"}', { kind: 'delta' }],
  ['ignores other names with other data', 'ping', 'ping', { kind: 'delta' }],
  ['ignores other names with a list', 'token_ids', '[1,3]', { kind: 'delta' }],
  ['ignores a null error', 'message', '{"error":null,"choices":[]}', { kind: 'delta' }],
  [
    'takes an error with choices beside it',
    'message',
    '{"error":{"message":"m"},"choices":[]}',
    { kind: 'error', error: { message: 'm' } },
  ],
  [
    'takes a type in place of a code',
    'message',
    '{"error":{"message":"m","type":"t","code":null}}',
    { kind: 'error', error: { code: 't', message: 'm' } },
  ],
  [
    'shows an error without message or code as it is',
    'message',
    '{"error":[1]}',
    { kind: 'error', error: { message: '{"error":[1]}' } },
  ],
  [
    'needs a code to take a flat message for an error',
    'message',
    '{"message":"m"}',
    { kind: 'delta', remark: '{"message":"m"}' },
  ],
  ['takes no ping for a remark', 'message', '{"type":"ping"}', { kind: 'delta' }],
  [
    'takes choices before a flat message',
    'message',
    '{"message":"m","code":1,"choices":[]}',
    { kind: 'delta' },
  ],
  [
    'takes any text of an event named error',
    'error',
    'gone away',
    { kind: 'error', error: { message: 'gone away' } },
  ],
  [
    'takes a quoted text of an event named error',
    'error',
    '"gone \\"away\\""',
    { kind: 'error', error: { message: 'gone "away"' } },
  ],
  [
    'takes a nested error of an event named error',
    'error',
    '{"error":{"message":"m","code":500}}',
    { kind: 'error', error: { code: '500', message: 'm' } },
  ],
  ['takes an event named error without text', 'error', '', { kind: 'error', error: {} }],
  [
    'keeps a count of 0 and drops what is no count',
    'message',
    '{"usage":{"prompt_tokens":0,"completion_tokens":-1,"prompt_tokens_details":{"cached_tokens":1.5}}}',
    { kind: 'delta', usage: { promptTokens: 0, isUnreadable: true } },
  ],
  ['ignores usage without a count', 'message', '{"usage":{}}', { kind: 'delta' }],
  [
    'takes reasoning tokens beside the details',
    'message',
    '{"usage":{"completion_tokens":9,"reasoning_tokens":4}}',
    { kind: 'delta', usage: { completionTokens: 9, reasoningTokens: 4 } },
  ],
];

test.each(meanings)('interpretChunk() %s', (_behaviour, type, data, chunk) => {
  expect(interpretChunk(type, data)).toEqual(chunk);
});

const unreadable: [behaviour: string, type: string, data: string, detail: string][] = [
  ['quotes what is no JSON', 'message', '{not json', 'event "{not json": it is not valid JSON'],
  [
    'refuses JSON of another type',
    'message',
    '"a"',
    'it is JSON of another type, expected a chunk',
  ],
  ['refuses a list', 'message', '[]', 'it is JSON of another type'],
  ['refuses a broken chunk under a name', 'chunk', ' {"choices":', 'it is not valid JSON'],
  ['cuts a long text', 'message', 'x'.repeat(1000), `"${'x'.repeat(119)}…"`],
];

test.each(unreadable)('interpretChunk() %s', (_behaviour, type, data, detail) => {
  expect(interpretChunk(type, data)).toEqual({
    kind: 'malformed',
    detail: expect.stringContaining(detail) as string,
  });
});

test('interpretChunk() survives JSON 100,000 levels deep', () => {
  const deep = '['.repeat(1e5) + ']'.repeat(1e5);
  expect(interpretChunk('message', `{"error":${deep}}`).kind).toBe('error');
  expect(interpretChunk('message', `{"choices":${deep}}`)).toEqual({ kind: 'delta' });
});

const ids: [behaviour: string, digits: string, beside: string, id: string | undefined][] = [
  ['of one digit', '7', '', '7'],
  ['up to 2^53 - 1', '9007199254740991', '', '9007199254740991'],
  ['from 2^53 on', '9007199254740993', '', '9007199254740993'],
  ['up to 2^64 - 1', '18446744073709551615', '', '18446744073709551615'],
  ['written as text', '"18446744073709551615"', '', '18446744073709551615'],
  [
    'beside the same key in a text',
    '18446744073709551615',
    '"content":"\\"decode_worker_id\\":18446744073709551614, 12345678901234567890"',
    '18446744073709551615',
  ],
  [
    'beside other long numbers',
    '9007199254740993',
    '"x":[-12345678901234567,0.12345678901234567,1e30]',
    '9007199254740993',
  ],
  ['not if negative', '-7', '', undefined],
  ['not if a fraction', '7.5', '', undefined],
  ['not if null', 'null', '', undefined],
  ['not if a text without digits', '"worker"', '', undefined],
];

test.each(ids)('interpretChunk() reads a worker id %s', (_behaviour, digits, beside, id) => {
  const data = `{"a":{${beside}},"nvext":{"worker_id":{"decode_worker_id":${digits}}}}`;
  expect(interpretChunk('message', data)).toEqual({
    kind: 'delta',
    ...(id !== undefined && { decodeWorkerId: id }),
  });
});

test('interpretChunk() takes numbers under plain names from nvext.timing, and nothing else', () => {
  const timing = '{"ttft_ms":0.5,"note":"x","none":null,"__proto__":5,"a b":1,"huge":1e999}';
  expect(interpretChunk('message', `{"nvext":{"timing":${timing}}}`)).toEqual({
    kind: 'delta',
    timing: { ttft_ms: 0.5 },
  });
});
