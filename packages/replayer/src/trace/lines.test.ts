import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Lines } from './lines.ts';

function cut(pieces: readonly Uint8Array[], maxLineBytes = 1000): string[] {
  const lines = new Lines('t.jsonl', maxLineBytes);
  return [...pieces.flatMap((piece) => [...lines.take(piece)]), ...lines.rest()];
}

const texts: [behaviour: string, text: string, lines: string[]][] = [
  ['gives nothing for nothing', '', []],
  ['ends a line at LF', 'a\nb\n', ['a', 'b']],
  ['gives a last line without LF', 'a\nb', ['a', 'b']],
  ['gives blank lines', '\n\na\n\n', ['', '', 'a', '']],
  ['leaves a CR to JSON', 'a\r\nb\rc\n', ['a\r', 'b\rc']],
  ['drops the first byte order mark only', '\ufeffa\n\ufeffb\n', ['a', '\ufeffb']],
  ['reads UTF-8', 'é漢🙂\n🙂', ['é漢🙂', '🙂']],
];

test.each(texts)('Lines %s, however the pieces fall', (_behaviour, text, lines) => {
  const bytes = Buffer.from(text);
  expect(cut([bytes])).toEqual(lines);
  expect(cut(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(lines);
  for (let at = 0; at <= bytes.length; at++) {
    expect(cut([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(lines);
  }
});

test('Lines gives the lines of any text in any pieces', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\n\ufeff]/g, ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      let at = 0;
      const pieces = sizes.map((size) => bytes.subarray(at, (at += size)));
      expect(cut([...pieces, bytes.subarray(at)])).toEqual(lines);
    }),
  );
});

test('Lines keeps nothing of a piece, whose buffer may be used again', () => {
  const lines = new Lines('t.jsonl');
  const buffer = Buffer.from('ab\ncd');
  expect([...lines.take(buffer)]).toEqual(['ab']);
  buffer.fill('x');
  expect([...lines.rest()]).toEqual(['cd']);
});

test('Lines counts the line given last', () => {
  const lines = new Lines('t.jsonl');
  const numbers = Array.from(lines.take(Buffer.from('a\n\nb\nc')), () => lines.number);
  expect([...numbers, ...Array.from(lines.rest(), () => lines.number)]).toEqual([1, 2, 3, 4]);
});

const wrong: [behaviour: string, bytes: Buffer, message: string][] = [
  [
    'refuses bytes that are not UTF-8',
    Buffer.from('ok\n\xff\n', 'latin1'),
    'line 2: it has bytes that are not UTF-8',
  ],
  [
    'refuses half a character at the end',
    Buffer.from('🙂').subarray(0, 3),
    'line 1: it has bytes that are not UTF-8',
  ],
  [
    'refuses a line that is too long',
    Buffer.from(`a\n${'b'.repeat(9)}\n`),
    'line 2: it is longer than 8 bytes',
  ],
  ['refuses it before its end', Buffer.from('b'.repeat(9)), 'line 1: it is longer than 8 bytes'],
];

test.each(wrong)('Lines %s', (_behaviour, bytes, message) => {
  expect(() => cut([bytes], 8)).toThrow(`Cannot read trace "t.jsonl" ${message}`);
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  expect(() => cut(single, 8)).toThrow(`Cannot read trace "t.jsonl" ${message}`);
});

test('Lines takes a line of exactly the greatest length', () => {
  expect(cut([Buffer.from('12345678\n12345678')], 8)).toEqual(['12345678', '12345678']);
});
