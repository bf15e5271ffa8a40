import { expect, test } from 'vitest';

import { judgeRun, lagFromLeastLate } from './judge-run.ts';
import type { ServedRequest } from '../servers/server.ts';

function served(
  row: number,
  headersAtMs: number,
  more: Partial<ServedRequest> = {},
): ServedRequest {
  return {
    requestId: `r-${row}`,
    headersAtMs,
    firstTokenAtMs: headersAtMs + 50,
    lastTokenAtMs: headersAtMs + 150,
    tokens: 11,
    isOk: true,
    ...more,
  };
}

test('lagFromLeastLate() is 0 for the least late, whoever it is', () => {
  const lag = lagFromLeastLate([0, 100, 200], [served(2, 1206), served(0, 1005), served(1, 1102)]);
  expect([...lag]).toEqual([3, 0, 4]);
});

test('judgeRun() tells an early arrival from a late one, by the zero that the client told', () => {
  const { absolute_lag_min_ms, absolute_lag_p99_ms } = judgeRun({
    dueMs: [0, 100],
    log: { requests: [served(0, 1000.25), served(1, 1099.5)] },
    report: {
      requests: [
        { requestId: 'r-0', dueAtMs: 1000 },
        { requestId: 'r-1', dueAtMs: 1100 },
      ],
    },
  });
  expect(absolute_lag_min_ms).toBeCloseTo(-0.5, 9);
  expect(absolute_lag_p99_ms).toBeCloseTo(0.25, 9);
});

test('judgeRun() compares what was reported with the server, request by request', () => {
  const measures = judgeRun({
    dueMs: [0, 100],
    log: { requests: [served(0, 1000), served(1, 1100)], gapP99Ms: 10.5 },
    report: {
      requests: [
        { requestId: 'r-1', ttftMs: 52, itlMs: 9.9 },
        { requestId: 'r-0', ttftMs: 51, itlMs: 10.05 },
      ],
      ttftMeanMs: 51.5,
      gapP99Ms: 12,
    },
  });
  expect(measures.ttft_error_mean_ms).toBeCloseTo(1.5, 9);
  expect(measures.ttft_error_p99_ms).toBeCloseTo(2, 9);
  expect(measures.itl_error_p99_ms).toBeCloseTo(0.1, 9);
  expect(measures.gap_p99_error_ms).toBeCloseTo(1.5, 9);
  expect(measures.rows_ok).toBe(2);
  expect(measures).not.toHaveProperty('absolute_lag_min_ms');
});

test('judgeRun() takes the last byte of each burst, and leaves out what is no burst', () => {
  const body = (bodyAtMs: number, bodyBytes: number) => ({ bodyAtMs, bodyBytes });
  const { burst_last_byte_ms, burst_last_byte_max_ms } = judgeRun({
    dueMs: [0, 0, 0, 3000, 3000],
    burstsDueMs: [0, 3000],
    burstBodyBytes: 100_000,
    log: {
      requests: [
        served(0, 1001, body(1020, 500_000)),
        served(1, 1002, body(1044, 500_000)),
        served(2, 1003, body(1900, 5000)),
        served(3, 4001, body(4010, 500_000)),
        served(4, 4001, body(4031, 500_000)),
      ],
    },
    report: {
      requests: [0, 1, 2, 3, 4].map((row) => ({
        requestId: `r-${row}`,
        dueAtMs: row < 3 ? 1000 : 4000,
      })),
    },
  });
  expect(burst_last_byte_ms).toBe(31);
  expect(burst_last_byte_max_ms).toBe(44);
});

test('judgeRun() takes a request without a name for no row, if others have one', () => {
  const { requestId: _, ...probe } = served(9, 500);
  const { lag_p50_ms, rows_ok } = judgeRun({
    dueMs: [0, 100],
    log: { requests: [probe, served(0, 1000), served(1, 1101)] },
    report: { requests: [] },
  });
  expect([lag_p50_ms, rows_ok]).toEqual([0, 2]);
});
