import fc from 'fast-check';
import { expect, test } from 'vitest';

import { FailureDetails, MOST_DETAILS } from './failure-details.ts';
import { FAILURE_CLASSES } from '../record/failure.ts';
import type { Failure, RequestRecord } from '../record/record.ts';

function failed(row: number, failure: Failure): RequestRecord {
  return {
    schema_version: 1,
    row,
    outcome: 'failed',
    due_ns: 0,
    end_ns: 1,
    input_tokens_asked: 1,
    output_tokens_asked: 1,
    failure,
  };
}

function detailsOf(records: readonly RequestRecord[]): FailureDetails {
  const details = new FailureDetails();
  for (const record of records) details.add(record);
  return details;
}

test('FailureDetails tells kinds apart by class, phase and code, the most frequent first', () => {
  const details = detailsOf([
    failed(9, { class: 'timed_out', phase: 'total' }),
    failed(3, { class: 'http_status', code: '503' }),
    failed(8, { class: 'http_status', code: '529' }),
    failed(5, { class: 'http_status', code: '503' }),
    failed(7, { class: 'timed_out', phase: 'connect' }),
  ]);
  expect(
    details.list().map(({ count, class: name, phase, code }) => [count, name, phase ?? code]),
  ).toEqual([
    [2, 'http_status', '503'],
    [1, 'timed_out', 'connect'],
    [1, 'timed_out', 'total'],
    [1, 'http_status', '529'],
  ]);
});

test('FailureDetails quotes the lowest row, whichever came first', () => {
  const [detail] = detailsOf([
    failed(8, { class: 'reset', message: 'later' }),
    failed(2, { class: 'reset', message: 'first' }),
    failed(5, { class: 'reset' }),
  ]).list();
  expect(detail).toEqual({ class: 'reset', count: 3, first_row: 2, message: 'first' });
});

test('FailureDetails keeps at most 50 kinds, each with its exact count', () => {
  const records = Array.from({ length: 200 }, (_, row) =>
    failed(row, { class: 'http_status', code: `x${String(row % 100).padStart(2, '0')}` }),
  );
  const kept = detailsOf(records).list();
  expect(kept).toHaveLength(MOST_DETAILS);
  expect(kept.every(({ count }) => count === 2)).toBe(true);
  expect(kept.at(-1)?.code).toBe('x49');
});

test('FailureDetails.addState() of any split, in any order, is the whole', () => {
  const failures = fc.record({
    class: fc.constantFrom(...FAILURE_CLASSES),
    code: fc.integer({ min: 0, max: 30 }).map(String),
    message: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(failures, fc.boolean()), { maxLength: 200 }), (drawn) => {
      const records = drawn.map(([failure], row) => failed(row, failure));
      const [left, right] = [true, false].map((side) =>
        detailsOf(records.filter((_, row) => drawn[row]?.[1] === side)),
      );
      const merged = new FailureDetails();
      if (right) merged.addState(right.toState());
      if (left) merged.addState(left.toState());
      expect(merged.list()).toEqual(detailsOf(records).list());
    }),
  );
});
