import fc from 'fast-check';
import { expect, test } from 'vitest';

import { FailureDetails, MOST_DETAILS, MOST_MESSAGES } from './failure-details.ts';
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
    failed(8, { class: 'reset', message: 'byte 88' }),
    failed(2, { class: 'reset', message: 'byte 22' }),
    failed(5, { class: 'reset', message: 'byte 55' }),
  ]).list();
  expect(detail).toEqual({ class: 'reset', count: 3, first_row: 2, message: 'byte 22' });
});

const refused = (row: number, message: string) =>
  failed(row, { class: 'http_status', code: '400', message });

const messages: [
  behaviour: string,
  messages: string[],
  lines: [count: number, message: string | undefined][],
][] = [
  [
    'tells two answers with the same status apart',
    ['prompt is too long', 'no such model', 'no such model'],
    [
      [2, 'no such model'],
      [1, 'prompt is too long'],
    ],
  ],
  [
    'takes messages with other numbers and ids for the same',
    ['5000 of 4096 tokens (req-0a1b)', '7123 of 4096 tokens (req-ffe2)'],
    [[2, '5000 of 4096 tokens (req-0a1b)']],
  ],
  [
    'counts messages beyond the fourth as one line',
    ['c', 'd', 'a', 'e', 'b', 'f', 'd', 'f'],
    [
      [3, undefined],
      [2, 'd'],
      [1, 'a'],
      [1, 'b'],
      [1, 'c'],
    ],
  ],
];

test.each(messages)('FailureDetails %s', (_behaviour, said, lines) => {
  const details = detailsOf(said.map((message, row) => refused(row, message))).list();
  expect(details.map(({ count, message }) => [count, message])).toEqual(lines);
  expect(details.filter(({ other_messages: isRest }) => isRest)).toHaveLength(
    said.length > MOST_MESSAGES ? 1 : 0,
  );
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

test('FailureDetails.addState() of any split is the whole where messages are many', () => {
  const failures = fc.record({
    class: fc.constant('http_status' as const),
    code: fc.constantFrom('400', '503'),
    message: fc.constantFrom(undefined, ...'abcdefgh'),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(failures, fc.boolean()), { maxLength: 60 }), (drawn) => {
      const records = drawn.map(([{ message, ...failure }], row) =>
        failed(row, { ...failure, ...(message !== undefined && { message }) }),
      );
      const merged = new FailureDetails();
      for (const side of [true, false]) {
        const part = detailsOf(records.filter((_, row) => drawn[row]?.[1] === side));
        merged.addState(part.toState());
      }
      expect(merged.list()).toEqual(detailsOf(records).list());
    }),
  );
});
