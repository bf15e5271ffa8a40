import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RequestMetric } from './catalog.ts';
import { recordsArbitrary } from '../test/drawn-records.ts';
import { GOLDEN_OBJECTIVES } from '../test/golden-records.ts';
import { judge } from './goodput.ts';
import type { RequestRecord } from './record.ts';

/** Due at 0, sent at 10 ms, three tokens at 110, 125 and 150 ms: TTFT 100, ITL 20, latency 140. */
const RECORD: RequestRecord = {
  schema_version: 1,
  row: 0,
  outcome: 'ok',
  due_ns: 0,
  sent_ns: 10e6,
  content_ns: [110e6, 125e6, 150e6],
  end_ns: 151e6,
  finish_reason: 'length',
  input_tokens_asked: 1,
  output_tokens_asked: 3,
  output_tokens: 3,
  output_tokens_by: 'usage',
};

const limits: [metric: RequestMetric, least: number][] = [
  ['time_to_first_token', 100],
  ['inter_token_latency', 20],
  ['request_latency', 140],
  ['time_to_first_token_from_schedule', 110],
  ['request_latency_from_schedule', 150],
];

test.each(limits)('judge() takes %s at its limit, and not a nanosecond above', (metric, least) => {
  const goodAt = (limitMs: number) => judge(RECORD, [{ metric, limitMs }]).isGood;
  expect([goodAt(least), goodAt(least - 0.000001)]).toEqual([true, false]);
});

test('judge() counts from due in place of sent, for the two metrics that have it', () => {
  const fromSchedule = (metric: RequestMetric, limitMs: number) =>
    judge(RECORD, [{ metric, limitMs }]).isGoodFromSchedule;
  expect(fromSchedule('time_to_first_token', 109)).toBe(false);
  expect(fromSchedule('time_to_first_token', 110)).toBe(true);
  expect(fromSchedule('request_latency', 149)).toBe(false);
  expect(fromSchedule('request_latency', 150)).toBe(true);
  expect(fromSchedule('inter_token_latency', 20)).toBe(true);
});

test('judge() without objectives asks for an ok row of the right length', () => {
  expect(judge(RECORD, []).isGood).toBe(true);
  expect(judge({ ...RECORD, length_mismatch: true }, []).isGood).toBe(false);
});

test('judge() agrees with limits compared as fractions, in whole numbers', () => {
  fc.assert(
    fc.property(recordsArbitrary, (records) => {
      for (const record of records) {
        const {
          sent_ns: sentNs = 0,
          content_ns: contentNs = [],
          output_tokens: tokens = 0,
        } = record;
        const [firstNs = 0] = contentNs;
        const spanNs = BigInt((contentNs.at(-1) ?? 0) - firstNs);
        const gaps = BigInt(Math.max(tokens - 1, 0));
        const shortGaps = contentNs.filter((ns, i) => i > 0 && ns - contentNs[i - 1]! < 50_000);
        const isMeasured =
          gaps === 0n || (spanNs >= 50_000n && 2 * shortGaps.length <= contentNs.length);
        const isWithin =
          record.outcome === 'ok' &&
          isMeasured &&
          firstNs - sentNs <= 200_000_000 &&
          (gaps === 0n || spanNs <= 20_000_000n * gaps);
        const isExact = record.length_mismatch === undefined;
        const verdict = judge(record, GOLDEN_OBJECTIVES);
        expect(verdict.isGood).toBe(isWithin && isExact);
        expect(verdict.isGoodAsAiperf).toBe(isWithin && gaps > 0n);
        expect(verdict.isGoodFromSchedule && !verdict.isGood).toBe(false);
      }
    }),
  );
});
