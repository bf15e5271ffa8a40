import { describe, expect, test } from 'vitest';

import { interpretChunk } from './chunk.ts';
import { TokenChunk } from './token-chunk.ts';

const chat = (text: string, more = '') =>
  `data: {"id":"c","choices":[{"index":0,"delta":{"content":${text}},"finish_reason":null}]${more}}\n\n`;

function learnFrom(event: string): TokenChunk {
  const bytes = Buffer.from(event);
  const tokenChunk = new TokenChunk();
  tokenChunk.learn(bytes, 0, bytes.length, interpretChunk('message', event.slice(5, -2)));
  return tokenChunk;
}

describe('TokenChunk.match() recognises', () => {
  const table: [behaviour: string, event: string, isMatch: boolean][] = [
    ['the same event', chat('" a"'), true],
    ['another text', chat('" a whole sentence, of ten tokens"'), true],
    ['text beyond ASCII', chat('"é漢🙂\u2028"'), true],
    ['every escape', chat('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83D"'), true],
    [
      'text that looks like the protocol',
      chat('"data: [DONE]\\n\\n\\"finish_reason\\":\\"stop\\""'),
      true,
    ],
    ['no empty text', chat('""'), false],
    ['no null', chat('null'), false],
    ['no unknown escape', chat('"\\x"'), false],
    ['no broken escape', chat('"\\u12g4"'), false],
    ['no control character', chat('"\t"'), false],
    ['no other value behind the text', chat('"a"', ',"usage":{}'), false],
    ['no finish reason', chat('"a"').replace('null', '"stop"'), false],
    ['no other id', chat('"a"').replace('"c"', '"d"'), false],
    ['no second data line', chat('"a"').replace('\n\n', '\ndata: x\n\n'), false],
    ['no CRLF', chat('"a"').replaceAll('\n', '\r\n'), false],
    ['no event cut before its blank line', chat('"a"').slice(0, -1), false],
    ['no event cut in its text', chat('"a"').slice(0, 60), false],
    ['no event cut in an escape', chat('"a\\').split('}')[0] ?? '', false],
    ['no comment before it', `: ping\n${chat('"a"')}`, false],
  ];

  test.each(table)('%s', (_behaviour, event, isMatch) => {
    const tokenChunk = learnFrom(chat('" two"'));
    const before = Buffer.from('before');
    const bytes = Buffer.concat([before, Buffer.from(event)]);
    expect(tokenChunk.match(bytes, before.length)).toBe(isMatch ? bytes.length : -1);
  });
});

describe('TokenChunk.learn() takes', () => {
  const table: [behaviour: string, event: string, content: string | undefined][] = [
    ['a chat chunk', chat('"a"'), 'answer'],
    [
      'spaces and tabs in the JSON',
      chat('"a"').replaceAll(':', ' :\t').replace('data :', 'data:'),
      'answer',
    ],
    ['a completions chunk', 'data:{"choices":[{"text":"a","index":0}]}\n\n', 'answer'],
    [
      'reasoning',
      'data: {"choices":[{"delta":{"content":null,"reasoning":"a"}}]}\n\n',
      'reasoning',
    ],
    [
      'reasoning beside an empty content',
      'data: {"choices":[{"delta":{"content":"","reasoning_content":"a"}}]}\n\n',
      'reasoning',
    ],
    [
      'the arguments of a tool call',
      'data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{"}}]}}]}\n\n',
      'tool_call',
    ],
    [
      'the right one of several texts',
      'data: {"text":"no","a":{"content":"no"},"choices":[{"text":"a"}]}\n\n',
      'answer',
    ],
    ['the last of two equal keys', 'data: {"choices":[{"text":"a","text":"b"}]}\n\n', 'answer'],
    ['no empty content', chat('""'), undefined],
    ['no two contents', 'data: {"choices":[{"text":"a"},{"text":"b"}]}\n\n', undefined],
    ['no content with a finish reason', chat('"a"').replace('null', '"stop"'), undefined],
    ['no content with usage', chat('"a"', ',"usage":{"completion_tokens":1}'), undefined],
    ['no content with times', chat('"a"', ',"nvext":{"timing":{"a":1}}'), undefined],
    ['no error', 'data: {"error":{"text":"a"}}\n\n', undefined],
    ['no key written with escapes', 'data: {"choices":[{"t\\u0065xt":"a"}]}\n\n', undefined],
    ['no line end but LF', 'data: {"choices":[{"text":"a"}]}\r\n\r\n', undefined],
    ['no two data lines', 'data: {"choices":[\ndata: {"text":"a"}]}\n\n', undefined],
    ['no other field', 'id: 1\ndata: {"choices":[{"text":"a"}]}\n\n', undefined],
    ['no long event', `data: {"x":"${'y'.repeat(5000)}","choices":[{"text":"a"}]}\n\n`, undefined],
  ];

  test.each(table)('%s', (_behaviour, event, content) => {
    const data = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5))
      .join('\n');
    const bytes = Buffer.from(event);
    const tokenChunk = new TokenChunk();
    tokenChunk.learn(bytes, 0, bytes.length, interpretChunk('message', data));
    expect(tokenChunk.content).toBe(content);
    expect(tokenChunk.match(bytes, 0)).toBe(content === undefined ? -1 : bytes.length);
  });
});

test('TokenChunk.learn() stops when its lessons bring nothing, and goes on when they do', () => {
  const lesson = (index: number) => Buffer.from(chat('"a"').replace('"c"', `"c${index}"`));
  const plain = { kind: 'delta', content: 'answer' } as const;
  const tokenChunk = new TokenChunk();
  const teach = (index: number) => {
    const bytes = lesson(index);
    tokenChunk.learn(bytes, 0, bytes.length, plain);
    return tokenChunk.match(bytes, 0) !== -1;
  };
  let known = 0;
  while (teach(known)) known += 1;
  expect(known).toBeLessThan(10);
  for (let i = 0; i < 100; i += 1) tokenChunk.match(lesson(known - 1), 0);
  expect(teach(known)).toBe(true);
});
