import { expect, test } from 'vitest';

import { abOrder } from './run-sides.ts';

const cases: [repeats: number, order: string][] = [
  [1, 'A1 B1'],
  [2, 'A1 B1 B2 A2'],
  [3, 'A1 B1 B2 A2 A3 B3'],
  [4, 'A1 B1 B2 A2 A3 B3 B4 A4'],
];

test.each(cases)('abOrder() of %s repeats is %s', (repeats, order) => {
  const turns = abOrder(repeats).map(({ side, repeat }) => `${'AB'[side]}${repeat + 1}`);
  expect(turns.join(' ')).toBe(order);
});
