import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isPatternAt, LEAST_PATTERN_BYTES, viewOf, wordsOf } from './byte-pattern.ts';

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength, max: 2 });
const pattern = bytes(LEAST_PATTERN_BYTES, 9);

test('isPatternAt() agrees with a comparison byte by byte, at every offset, behind another pattern', () => {
  fc.assert(
    fc.property(bytes(0, 24), pattern, pattern, (text, before, wanted) => {
      const words = [...wordsOf(before), ...wordsOf(wanted)];
      const from = wordsOf(before).length;
      for (let at = 0; at + wanted.length <= text.length; at++) {
        const expected = wanted.every((byte, i) => text[at + i] === byte);
        expect(isPatternAt(viewOf(text), at, words, from, wanted.length)).toBe(expected);
      }
    }),
  );
});

test('isPatternAt() finds a pattern in a text that is made of it', () => {
  fc.assert(
    fc.property(bytes(0, 9), pattern, (before, wanted) => {
      const text = Uint8Array.from([...before, ...wanted]);
      const words = wordsOf(wanted);
      expect(isPatternAt(viewOf(text), before.length, words, 0, wanted.length)).toBe(true);
    }),
  );
});

test('viewOf() gives the buffer as a whole, whatever part of it is asked about', () => {
  const whole = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const part = whole.subarray(2, 4);
  expect(viewOf(part).getUint8(part.byteOffset)).toBe(3);
  expect(viewOf(whole).byteLength).toBe(6);
});
