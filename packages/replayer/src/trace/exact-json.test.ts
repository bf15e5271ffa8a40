import fc from 'fast-check';
import { expect, test } from 'vitest';

import { mayHaveLostDigits, parseExactJson } from './exact-json.ts';

const cases: [behaviour: string, text: string, value: unknown][] = [
  ['keeps 2^53 - 1 a number', '9007199254740991', 9007199254740991],
  ['makes 2^53 a bigint', '9007199254740992', 2n ** 53n],
  ['makes a large negative integer a bigint', '[-9007199254740993]', [-9007199254740993n]],
  ['reads 2^64 - 1', '{"a": [18446744073709551615]}', { a: [2n ** 64n - 1n] }],
  ['leaves fractions and exponents', '[1e20, 0.1000000000000000055]', [1e20, 0.1]],
  ['leaves digits in strings', '"18446744073709551615"', '18446744073709551615'],
  ['leaves digits in keys', '{"18446744073709551615" : 1}', { '18446744073709551615': 1 }],
  [
    'knows escaped quotes',
    String.raw`["\"18446744073709551615", "\\"]`,
    ['"18446744073709551615', '\\'],
  ],
  ['takes no string for a number', '["n1", "s1", ""]', ['n1', 's1', '']],
];

test.each(cases)('parseExactJson() %s', (_behaviour, text, value) => {
  expect(parseExactJson(text)).toEqual(value);
});

test('parseExactJson() does as JSON.parse with whatever loses no digits', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!mayHaveLostDigits(value));
      const text = JSON.stringify(value);
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('parseExactJson() reads every integer of 64 bits back', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n)), (integers) => {
      expect((parseExactJson(`[${integers.join()}]`) as number[]).map(BigInt)).toEqual(integers);
    }),
  );
});

const lost: [value: unknown, may: boolean][] = [
  [2 ** 53 - 1, false],
  [2 ** 53, true],
  [-(2 ** 53), true],
  [0.1, false],
  ['9007199254740993', false],
  [null, false],
  [{ a: [{ b: 2 ** 60 }] }, true],
  [{ a: [{ b: 2 ** 50 }], c: true }, false],
];

test.each(lost)('mayHaveLostDigits(%j) is %s', (value, may) => {
  expect(mayHaveLostDigits(value)).toBe(may);
});
