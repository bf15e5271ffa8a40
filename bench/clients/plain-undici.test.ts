import { expect, test } from 'vitest';

import { uniformRows } from '../input/trace.ts';
import { readPlainUndici } from './plain-undici.ts';

test('readPlainUndici() counts from its zero', () => {
  const rows = uniformRows(2, 10, { inputTokens: 1000, outputTokens: 3 });
  const stdout = 'zero 7000\nrequest 1 7101 7151.5\nrequest 2 1 2\n';
  expect(readPlainUndici(stdout, rows)).toEqual({
    requests: [{ requestId: 'plain-1', dueAtMs: 7100, sentLagMs: 1, ttftMs: 50.5 }],
    ttftMeanMs: 50.5,
  });
});
