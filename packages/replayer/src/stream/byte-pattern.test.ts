import fc from 'fast-check';
import { expect, test } from 'vitest';

import { BytePattern, viewOf } from './byte-pattern.ts';

test('isAt() agrees with a comparison byte by byte, at every offset', () => {
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 24, max: 2 });
  fc.assert(
    fc.property(bytes, fc.uint8Array({ maxLength: 9, max: 2 }), (text, pattern) => {
      for (let at = 0; at + pattern.length <= text.length; at++) {
        const expected = pattern.every((byte, i) => text[at + i] === byte);
        expect(new BytePattern(pattern).isAt(viewOf(text), at)).toBe(expected);
      }
    }),
  );
});

test('viewOf() gives the buffer as a whole, whatever part of it is asked about', () => {
  const whole = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const part = whole.subarray(2, 4);
  expect(viewOf(part).getUint8(part.byteOffset)).toBe(3);
  expect(viewOf(whole).byteLength).toBe(6);
});
