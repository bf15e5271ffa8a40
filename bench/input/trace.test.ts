import { expect, test } from 'vitest';

import {
  answeredByMs,
  burstRows,
  encodeBenchTrace,
  mergeRows,
  traceRows,
  uniformRows,
} from './trace.ts';

const short = { inputTokens: 1000, outputTokens: 3 };

test('uniformRows() never drifts from its rate', () => {
  const dues = uniformRows(67, 33, short).map(({ dueMs }) => dueMs);
  expect(dues.slice(0, 4)).toEqual([0, 30, 60, 90]);
  expect(dues[66]).toBe(2000);
});

test('burstRows() are due together, burst by burst', () => {
  const rows = burstRows({ bursts: 2, size: 3, everyMs: 3000, fromMs: 500 }, short);
  expect(rows.map(({ dueMs }) => dueMs)).toEqual([500, 500, 500, 3500, 3500, 3500]);
});

test('mergeRows() keeps due order', () => {
  const merged = mergeRows(
    uniformRows(3, 1, short),
    burstRows({ bursts: 1, size: 2, everyMs: 1, fromMs: 1000 }, { ...short, inputTokens: 9 }),
  );
  expect(merged.map((row) => row.dueMs)).toEqual([0, 1000, 1000, 1000, 2000]);
});

test('answeredByMs() is the end of the last answer, which need not be that of the last row', () => {
  const rows = [
    { dueMs: 0, inputTokens: 1, outputTokens: 300 },
    { dueMs: 5000, inputTokens: 1, outputTokens: 3 },
  ];
  expect(answeredByMs(rows, { ttftMs: 50, itlMs: 1000 })).toBe(299_050);
  expect(answeredByMs(rows.slice(1), { ttftMs: 50, itlMs: 1000 })).toBe(7050);
  expect(answeredByMs([], { ttftMs: 50, itlMs: 1000 })).toBe(0);
});

test('encodeBenchTrace() names a block once, and as many as the prompt needs', () => {
  const lines = encodeBenchTrace(uniformRows(2, 10, short))
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { timestamp: 0, input_length: 1000, output_length: 3, hash_ids: [0, 1] },
    { timestamp: 100, input_length: 1000, output_length: 3, hash_ids: [2, 3] },
  ]);
});

test('traceRows() keeps blocks that rows share, at twice the speed of the trace', () => {
  const row = { timestamp: 3001, input_length: 600, output_length: 2, hash_ids: [7, 8] };
  const text = `${JSON.stringify({ ...row, timestamp: 0 })}\n${JSON.stringify(row)}\n`;
  const rows = traceRows(text, 2);
  expect(rows.map(({ dueMs }) => dueMs)).toEqual([0, 1501]);
  expect(JSON.parse(encodeBenchTrace(rows.slice(1)))).toEqual({ ...row, timestamp: 1501 });
});
