import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RequestRecord } from '../record/record.ts';
import { FinishReasons } from './finish-reasons.ts';

const ended = (finish_reason: string, note?: 'finish_reason_unknown'): RequestRecord => ({
  ...{ schema_version: 1, row: 0, outcome: 'ok', due_ns: 0 },
  ...{ input_tokens_asked: 1, output_tokens_asked: 1, finish_reason },
  ...(note && { notes: [note] }),
});

function countAll(reasons: readonly string[]): FinishReasons {
  const counted = new FinishReasons();
  for (const reason of reasons) counted.add(ended(reason, 'finish_reason_unknown'));
  return counted;
}

test('FinishReasons counts those that are noted, the most frequent first', () => {
  const counted = countAll(['b', 'a', 'b', 'c'.repeat(100)]);
  counted.add(ended('stop'));
  expect(counted.list()).toEqual([
    { reason: 'b', count: 2 },
    { reason: 'a', count: 1 },
    { reason: 'c'.repeat(64), count: 1 },
  ]);
});

test('FinishReasons keeps the same 20 of any split of the rows', () => {
  const reason = fc.integer({ min: 0, max: 60 }).map(String);
  fc.assert(
    fc.property(fc.array(reason, { maxLength: 200 }), fc.nat(200), (reasons, at) => {
      const whole = countAll(reasons).list();
      const merged = countAll(reasons.slice(0, at));
      merged.addState(countAll(reasons.slice(at)).toState());
      expect(merged.list()).toEqual(whole);
      expect(whole.length).toBeLessThanOrEqual(20);
      for (const { reason: kept, count } of whole) {
        expect(count).toBe(reasons.filter((each) => each === kept).length);
      }
    }),
  );
});
