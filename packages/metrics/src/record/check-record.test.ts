import { expect, test } from 'vitest';

import { checkRecord } from './check-record.ts';
import { GOLDEN_RECORDS } from '../test/golden-records.ts';
import type { RequestRecord } from './record.ts';

test.each(GOLDEN_RECORDS)('checkRecord() passes the golden record: $title', ({ record }) => {
  expect(() => checkRecord(record)).not.toThrow();
});

const [ok, failed, aborted, notSent] = (
  ['ok', 'failed', 'aborted_inflight', 'not_sent'] as const
).map((outcome) => {
  const golden = GOLDEN_RECORDS.find(({ record }) => record.outcome === outcome);
  if (golden === undefined) throw new RangeError(`Cannot find a golden record that is ${outcome}`);
  return golden.record;
}) as [RequestRecord, RequestRecord, RequestRecord, RequestRecord];

const wrong: [behaviour: string, record: RequestRecord, message: string][] = [
  ['wants to know when an ok row was sent', { ...ok, sent_ns: undefined }, '"sent_ns" is missing'],
  ['wants content in an ok row', { ...ok, content_ns: [] }, '"content_ns" is empty'],
  [
    'wants to know who counted',
    { ...ok, output_tokens_by: undefined },
    '"output_tokens" and "output_tokens_by" are not both there',
  ],
  ['wants the end of a failed row', { ...failed, end_ns: undefined }, '"end_ns" is missing'],
  ['wants the failure of a failed row', { ...failed, failure: undefined }, '"failure" is missing'],
  [
    'wants no failure in an ok row',
    { ...ok, failure: { class: 'reset' } },
    '"failure" has a value',
  ],
  [
    'wants no mismatch in a failed row',
    { ...failed, length_mismatch: true },
    '"length_mismatch" has a value',
  ],
  [
    'wants no failure in an aborted row',
    { ...aborted, failure: { class: 'reset' } },
    'expected none when the outcome is "aborted_inflight"',
  ],
  ['wants nothing sent in an unsent row', { ...notSent, sent_ns: 1 }, '"sent_ns" has a value'],
  [
    'wants content after sent',
    { ...ok, sent_ns: 100_100_001 },
    '"content_ns" has 100100000 after 100100001',
  ],
  ['wants content in order', { ...ok, content_ns: [2e8, 1e8] }, 'has 100000000 after 200000000'],
  ['wants the end last', { ...ok, end_ns: 5 }, '"end_ns" is 5, expected 130100000 or later'],
  ['wants a count for each chunk', { ...ok, content_tokens: [1] }, 'has 1 counts, expected 4'],
  ['wants an answer that came', { ...ok, first_answer: 4 }, '"first_answer" is 4, expected an'],
];

test.each(wrong)('checkRecord() %s', (_behaviour, record, message) => {
  expect(() => checkRecord(record)).toThrow(`Cannot count record of row "${record.row}": `);
  expect(() => checkRecord(record)).toThrow(message);
});
