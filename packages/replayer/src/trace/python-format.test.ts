import { expect, test } from 'vitest';

import { formatFloat, formatOneDecimal, roundHalfEven } from './python-format.ts';

test.each([
  [0.4, 0],
  [0.5, 0],
  [0.6, 1],
  [1.5, 2],
  [2.5, 2],
  [3.5, 4],
  [4.5, 4],
  [1764.7058823529412, 1765],
  [0.49999999999999994, 0],
  [-0.5, 0],
  [-1.5, -2],
  [2 ** 52 + 1.5, 2 ** 52 + 2],
  [2 ** 60, 2 ** 60],
])('roundHalfEven(%d) is %d', (value, rounded) => {
  expect(roundHalfEven(value)).toBe(rounded);
});

// Every right side is what CPython 3.11 prints.
test.each([
  [0, '0.0'],
  [2999, '2999.0'],
  [508231.176470588, '508231.176470588'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.000012345, '1.2345e-05'],
  [9999999999999998, '9999999999999998.0'],
  [1e16, '1e+16'],
  [1.5e16, '1.5e+16'],
  [1e22, '1e+22'],
  [1.5e300, '1.5e+300'],
  [5e-324, '5e-324'],
  [-2.5, '-2.5'],
])('formatFloat(%d) writes "%s"', (value, text) => {
  expect(formatFloat(value)).toBe(text);
});

test.each([
  [1.25, '1.2'],
  [1.35, '1.4'],
  [0.25, '0.2'],
  [0.75, '0.8'],
  [0.05, '0.1'],
  [0.15, '0.1'],
  [2, '2.0'],
  [1e22, '10000000000000000000000.0'],
])('formatOneDecimal(%d) writes "%s"', (value, text) => {
  expect(formatOneDecimal(value)).toBe(text);
});
