import { expect, test } from 'vitest';

import { EXIT, type ExitCode, worstOf } from './exit-codes.ts';

test.each<{ codes: readonly ExitCode[]; worst: ExitCode }>([
  { codes: [], worst: 0 },
  { codes: [0, 0], worst: 0 },
  { codes: [0, 2], worst: 2 },
  { codes: [0, 3, 2], worst: 3 },
  { codes: [4, 3], worst: 4 },
  { codes: [5, 2], worst: 5 },
  { codes: [5, 3], worst: 3 },
  { codes: [4, 5], worst: 4 },
  { codes: [5, 6, 4], worst: 6 },
  { codes: [6, 1], worst: 1 },
  { codes: [1, 7], worst: 7 },
])('of $codes the worst is $worst', ({ codes, worst }) => {
  expect(worstOf(codes)).toBe(worst);
  expect(worstOf([...codes].reverse())).toBe(worst);
});

test('every code but 0 has its place', () => {
  for (const code of Object.values(EXIT)) expect(worstOf([EXIT.ok, code])).toBe(code);
});
