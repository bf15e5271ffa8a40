import type { RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { summarize } from './summarize.ts';

const recordOf = (row: number, firstNs: number): RequestRecord => ({
  schema_version: 1,
  row,
  outcome: 'ok',
  due_ns: 0,
  dispatched_ns: 0,
  sent_ns: 0,
  headers_ns: firstNs,
  content_ns: [firstNs],
  first_answer: 0,
  end_ns: firstNs,
  http_status: 200,
  finish_reason: 'length',
  target: 0,
  input_tokens_asked: 1,
  output_tokens_asked: 1,
  output_tokens: 1,
  output_tokens_by: 'usage',
});

const RECORDS = [recordOf(0, 5e6), recordOf(1, 30e9)];

async function* later() {
  for (const record of RECORDS) yield await Promise.resolve(record);
}

test.each([
  ['an array', () => RECORDS],
  ['an async iterable', later],
])('summarize() takes %s', async (_kind, records) => {
  const summary = await summarize(records());
  expect(summary).toMatchObject({ status: 'completed', rows: { total: 2, ok: 2 } });
  // The recipe's objective: 20 s to the first token.
  expect(summary.goodput?.good).toBe(1);
  expect(Object.keys(summary)).not.toContain('run');
  expect(Object.keys(summary)).not.toContain('conditions');
});

test('summarize() judges by the objectives given', async () => {
  const { goodput } = await summarize(RECORDS, { goodput: 'time_to_first_token:1' });
  expect(goodput?.good).toBe(0);
});

test('summarize() counts rows without a record', async () => {
  const { rows } = await summarize(RECORDS, { totalRows: 5, notSent: 3, status: 'stopped' });
  expect(rows).toMatchObject({ total: 5, ok: 2, not_sent: 3 });
});

test('summarize() keeps the run and the conditions given', async () => {
  const run = { id: 'mine', started_at: '2026-01-01T00:00:00.000Z' };
  expect(await summarize(RECORDS, { run })).toMatchObject({ run });
});

test('summarize() refuses objectives that cannot be read', async () => {
  await expect(summarize(RECORDS, { goodput: 'ttft:1' })).rejects.toThrow('metric is "ttft"');
});
