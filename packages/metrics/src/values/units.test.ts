import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  formatDecimal,
  formatMeasure,
  formatShare,
  formatShort,
  msToNs,
  nsToMs,
  nsToSeconds,
} from './units.ts';

test.each([
  [1.005, 1_005_000],
  [0.000001, 1],
  [20_000, 20_000_000_000],
])('msToNs() takes %s ms for %s ns, whatever the product of doubles is', (ms, ns) => {
  expect(msToNs(ms)).toBe(ns);
});

test('msToNs() takes nsToMs() back exactly, over two hours and more', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e13 }), (ns) => msToNs(nsToMs(ns)) === ns));
});

test('nsToSeconds() divides by a billion', () => {
  expect(nsToSeconds(1_090_100_000)).toBe(1.0901);
});

test.each([
  [0, 0, '0'],
  [999, 0, '999'],
  [12_031, 0, '12,031'],
  [1_234_567.891, 2, '1,234,567.89'],
  [999.999, 1, '1,000.0'],
  [-1234.5, 1, '-1,234.5'],
  [-0.04, 1, '0.0'],
])('formatDecimal(%s, %s) is %s', (value, decimals, text) => {
  expect(formatDecimal(value, decimals)).toBe(text);
});

test.each([
  [0, '0'],
  [0.0824, '0.082'],
  [9.9994, '9.999'],
  [9.9996, '10.00'],
  [99.996, '100.0'],
  [1234.56, '1,234.6'],
  [9999.96, '10,000'],
  [999_999, '999,999'],
])('formatMeasure(%s) is %s', (value, text) => {
  expect(formatMeasure(value)).toBe(text);
});

test('formatMeasure() takes at most seven characters below a million', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 999_999, noNaN: true }),
      (value) => formatMeasure(value).length <= 7,
    ),
  );
});

test.each([
  [20_000, 3, '20,000'],
  [12.25, 3, '12.25'],
  [12.5, 0, '13'],
  [7, 1, '7'],
  [100.0004, 3, '100'],
])('formatShort(%s, %s) is %s', (value, decimals, text) => {
  expect(formatShort(value, decimals)).toBe(text);
});

test.each([
  [0, 7, '0 %'],
  [7, 7, '100 %'],
  [12_030, 12_031, '> 99.9 %'],
  [1, 12_031, '< 0.1 %'],
  [1, 3, '33.3 %'],
])('formatShare(%s, %s) is %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});
