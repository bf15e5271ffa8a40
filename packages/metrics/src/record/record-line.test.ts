import { describe, expect, test } from 'vitest';

import { GOLDEN_RECORDS } from '../test/golden-records.ts';
import { encodeRecord, parseRecord } from './record-line.ts';
import type { RequestRecord } from './record.ts';

/** Every field of the schema at once, so that none can be lost on the way. */
const FULL: RequestRecord = {
  schema_version: 1,
  row: 17,
  outcome: 'ok',
  due_ns: -5,
  dispatched_ns: 0,
  socket_wait_ns: 1,
  socket_new: true,
  connect_started_ns: 1,
  connected_ns: 2,
  sent_ns: 3,
  flushed_ns: 4,
  headers_ns: 5,
  content_ns: [6, 9_007_199_254_740_991],
  content_tokens: [1, 2],
  first_answer: 1,
  end_ns: 9_007_199_254_740_991,
  target: 1,
  http_status: 200,
  finish_reason: 'a "quoted"\n\u2028 漢🙂 reason',
  failure: { class: 'timed_out', phase: 'total', code: 'c', message: '</script>' },
  notes: ['done_missing', 'usage_missing'],
  input_tokens_asked: 1,
  output_tokens_asked: 2,
  output_tokens: 3,
  output_tokens_by: 'usage',
  length_mismatch: true,
  prompt_tokens: 4,
  cached_tokens: 0,
  reasoning_tokens: 6,
  prefill_worker_id: '18446744073709551615',
  decode_worker_id: '7',
  server_timing: { ttft_ms: 1.25 },
  body_bytes: 8,
};

const LINE = encodeRecord(FULL);

test.each([FULL, ...GOLDEN_RECORDS.map(({ record }) => record)])(
  'parseRecord() takes back what encodeRecord() writes: row $row, $outcome',
  (record) => {
    expect(parseRecord(encodeRecord(record))).toStrictEqual(record);
  },
);

test('encodeRecord() writes one line, and this one', () => {
  const notSent = GOLDEN_RECORDS.find(({ record }) => record.outcome === 'not_sent')?.record;
  expect(notSent && encodeRecord(notSent)).toBe(
    '{"schema_version":1,"row":7,"outcome":"not_sent","due_ns":70000000,' +
      '"input_tokens_asked":100,"output_tokens_asked":8}',
  );
  expect(LINE).not.toMatch(/[\r\n]/);
});

describe('parseRecord()', () => {
  const broken = (change: object) => JSON.stringify({ ...FULL, ...change });
  const unreadable: [behaviour: string, line: string, message: string][] = [
    ['wants JSON', LINE.slice(0, -1), 'it is no JSON, expected one object'],
    ['wants an object', '17', 'Cannot read record "17": it is 17, expected an object'],
    [
      'wants this version',
      broken({ schema_version: 2 }),
      '"schema_version" is 2, expected one of 1',
    ],
    [
      'wants a known outcome',
      broken({ outcome: 'fine' }),
      '"outcome" is "fine", expected one of ok',
    ],
    ['wants a row', broken({ row: undefined }), '"row" is missing, expected a number'],
    ['wants no negative row', broken({ row: -1 }), '"row" is -1, expected 0 or more'],
    ['wants whole instants', broken({ end_ns: 0.5 }), '"end_ns" is 0.5, expected a whole number'],
    ['names a place in a list', broken({ content_ns: [1, null] }), '"content_ns.1" is null'],
    [
      'names a field of a field',
      broken({ failure: { class: 'odd' } }),
      '"failure.class" is "odd", expected one of timed_out, dns',
    ],
  ];

  test.each(unreadable)('%s', (_behaviour, line, message) => {
    expect(() => parseRecord(line)).toThrow(SyntaxError);
    expect(() => parseRecord(line)).toThrow(message);
  });

  test('quotes no more of a line than one can read', () => {
    expect(() => parseRecord('x'.repeat(10_000))).toThrow(/^.{80,140}$/);
  });

  test('lets no control character of a broken file through', () => {
    expect(() => parseRecord('\u001b[2J\u0000')).toThrow('Cannot read record "[2J": it is no JSON');
  });
});
