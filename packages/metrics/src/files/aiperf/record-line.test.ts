import { expect, test } from 'vitest';

import { unixNsFrom } from './record-line.ts';

const cases: [behaviour: string, zeroUnixMs: number, instantNs: number, unixNs: bigint][] = [
  ['adds an instant to the last digit', 1_800_000_000_000, 1, 1_800_000_000_000_000_001n],
  ['goes back before the zero', 1_800_000_000_000, -1, 1_799_999_999_999_999_999n],
  ['keeps a part of a millisecond', 1_800_000_000_000.25, 3, 1_800_000_000_000_250_003n],
];

test.each(cases)('unixNsFrom() %s', (_behaviour, zeroUnixMs, instantNs, unixNs) => {
  expect(unixNsFrom(zeroUnixMs)(instantNs)).toBe(unixNs);
});
