import type { RequestRecord } from '@trace-replay/metrics';
import { checkRecord } from '@trace-replay/metrics/internal';
import { expect, test } from 'vitest';

import { countable } from './countable.ts';

const SOUND: RequestRecord = {
  ...{ schema_version: 1, row: 7, outcome: 'ok', due_ns: 0, dispatched_ns: 5, sent_ns: 10 },
  ...{ content_ns: [20, 30], end_ns: 40, target: 1, finish_reason: 'stop', body_bytes: 9 },
  ...{ input_tokens_asked: 1, output_tokens_asked: 2 },
};

const uncountable: [what: string, fields: Partial<RequestRecord>][] = [
  ['content before it was sent', { content_ns: [5, 30] }],
  ['an end before its content', { end_ns: 25 }],
  ['no content', { content_ns: [] }],
  ['no instant of sending', { sent_ns: undefined }],
  ['an end that is no number', { end_ns: Number.NaN }],
];

test.each(uncountable)('countable() makes a failed record of one with %s', (_what, fields) => {
  const counted = countable({ ...SOUND, ...fields });
  expect(counted).toMatchObject({ row: 7, outcome: 'failed', failure: { class: 'malformed' } });
  expect(counted.end_ns).toSatisfy(Number.isSafeInteger);
  expect(() => checkRecord(counted)).not.toThrow();
});

test('countable() leaves a sound record as it is', () => {
  expect(countable(SOUND)).toBe(SOUND);
});
