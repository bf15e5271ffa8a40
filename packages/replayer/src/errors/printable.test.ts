import { expect, test } from 'vitest';

import { printable } from './printable.ts';

const texts: [behaviour: string, text: string, expected: string][] = [
  ['keeps plain text', 'no worker ready', 'no worker ready'],
  ['puts lines on one line', 'a\r\nb\tc', 'a b c'],
  ['takes terminal escapes out', 'a\u001b[31mred\u009b0m', 'a [31mred 0m'],
  ['takes bidirectional marks out', 'a\u202eb', 'a b'],
  ['takes surrogate halves out', 'a\ud83d b\ude42 🙂', 'a b 🙂'],
  ['redacts a header', 'Authorization: Bearer sk-1 end', 'Authorization: [redacted] end'],
  ['redacts a query value', 'GET /?api_key=sk-1&x=2', 'GET /?api_key=[redacted]&x=2'],
  ['redacts a JSON value', '{"api_key":"sk-1","x":2}', '{"api_key":"[redacted]","x":2}'],
  ['redacts a bearer token', 'sent bearer abc.def', 'sent Bearer [redacted]'],
  ['cuts', 'abcdefghijklmnopqrstuvwxyz'.repeat(3), 'abcdefghijklmnopqrstuvwxyzabcdefghijklm…'],
];

test.each(texts)('printable() %s', (_behaviour, text, expected) => {
  expect(printable(text, 40)).toBe(expected);
});
