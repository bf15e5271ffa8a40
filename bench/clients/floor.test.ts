import { expect, test } from 'vitest';

import { uniformRows } from '../input/trace.ts';
import { encodeSchedule, readFloor } from './floor.ts';
import { refereeFloorClient } from './referee-floor.ts';

const rows = uniformRows(2, 10, { inputTokens: 1000, outputTokens: 3 });

test('encodeSchedule() gives microseconds, tokens and bytes', () => {
  expect(encodeSchedule({ rows, bodyBytes: (tokens) => tokens * 5 })).toBe(
    '0 3 5000\n100000 3 5000\n',
  );
});

test('readFloor() counts from its zero, and leaves out an answer that was cut', () => {
  const stdout =
    'zero 7000000\nrequest 0 500000 50500000 70500000 3\nrequest 1 100100000 1 1 2\ngap 10000000 2\n';
  expect(readFloor(stdout, rows)).toEqual({
    requests: [{ requestId: 'floor-0', dueAtMs: 7, sentLagMs: 0.5, ttftMs: 50, itlMs: 10 }],
    ttftMeanMs: 50,
    gapP99Ms: 10,
  });
});

test('the referee’s floor is held against its rate, not against whole milliseconds', () => {
  const client = refereeFloorClient('floor');
  const at33 = uniformRows(67, 33, { inputTokens: 1000, outputTokens: 3 });
  const dueMs = client.dueMs!(at33);
  expect(dueMs[1]).toBeCloseTo(1000 / 33, 2);
  expect(dueMs[66]).toBeCloseTo(2000, 6);
});
