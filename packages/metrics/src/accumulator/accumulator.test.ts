import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Accumulator } from './accumulator.ts';
import { METRIC_TAGS } from '../record/catalog.ts';
import { recordsArbitrary } from '../test/drawn-records.ts';
import { QUIET } from '../test/drawn-readings.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from '../test/golden-summary.ts';
import type { RequestRecord } from '../record/record.ts';
import { summarySchema } from '../schemas/summary.ts';
import { summarize } from '../summary/summary.ts';

function accumulatorOf(records: readonly RequestRecord[]): Accumulator {
  const accumulator = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
  for (const record of records) accumulator.add(record);
  return accumulator;
}

function summaryOf(accumulator: Accumulator, totalRows: number) {
  const context = { status: 'completed', run: GOLDEN_RUN, conditions: GOLDEN_CONDITIONS } as const;
  return summarize(accumulator, { ...context, totalRows, readings: QUIET });
}

test('Accumulator.merge() of any split, in any order, gives the same summary as one', () => {
  fc.assert(
    fc.property(
      recordsArbitrary,
      fc.array(fc.nat(2), { minLength: 120, maxLength: 120 }),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      (records, shards, order) => {
        const merged = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
        for (const shard of order) {
          merged.merge(accumulatorOf(records.filter((_, index) => shards[index] === shard)));
        }
        expect(summaryOf(merged, records.length)).toStrictEqual(
          summaryOf(accumulatorOf(records), records.length),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('Accumulator.add() gives the same summary in any order', () => {
  fc.assert(
    fc.property(recordsArbitrary, (records) => {
      expect(summaryOf(accumulatorOf(records.toReversed()), records.length)).toStrictEqual(
        summaryOf(accumulatorOf(records), records.length),
      );
    }),
    { numRuns: 60 },
  );
});

test('every summary fits its schema, and every row is counted once', () => {
  fc.assert(
    fc.property(recordsArbitrary, (records) => {
      const summary = summaryOf(accumulatorOf(records), records.length);
      expect(summarySchema.parse(summary)).toStrictEqual(summary);
      const { total, ok, failed, aborted_inflight: aborted, not_sent: notSent } = summary.rows;
      expect(ok + failed + aborted + notSent).toBe(total);
      expect(Object.values(summary.failures).reduce((sum, count) => sum + count, 0)).toBe(failed);
      const { goodput, not_measurable: obstacle } = summary;
      expect(goodput === undefined).toBe(obstacle !== undefined);
      expect(goodput?.good ?? 0).toBeLessThanOrEqual(ok - summary.rows.length_mismatch);
    }),
    { numRuns: 60 },
  );
});

test('Accumulator.add() of a wrong record throws and counts nothing', () => {
  const accumulator = accumulatorOf([]);
  const [golden] = GOLDEN_RECORDS;
  const wrong = { ...golden?.record, end_ns: undefined } as RequestRecord;
  expect(() => accumulator.add(wrong)).toThrow('"end_ns" is missing');
  expect(summaryOf(accumulator, 0)).toStrictEqual(summaryOf(accumulatorOf([]), 0));
});

test('Accumulator.recordCount counts every record, whatever became of its row', () => {
  const accumulator = accumulatorOf(GOLDEN_RECORDS.map(({ record }) => record));
  expect(GOLDEN_RECORDS).toHaveLength(16);
  expect(accumulator.recordCount).toBe(16);
  accumulator.merge(accumulatorOf([GOLDEN_RECORDS[0]!.record]));
  expect(accumulator.recordCount).toBe(17);
});

test('Accumulator.merge() refuses other objectives', () => {
  const other = new Accumulator({ objectives: [{ metric: 'request_latency', limitMs: 5 }] });
  expect(() => accumulatorOf([]).merge(other)).toThrow(
    'Cannot merge accumulator of "request_latency:5": expected "time_to_first_token:200 inter',
  );
});

test('Accumulator keeps no record: a histogram a metric, however many there are', () => {
  const accumulator = accumulatorOf(
    Array.from({ length: 200 }, () => GOLDEN_RECORDS.map(({ record }) => record)).flat(),
  );
  const buckets = METRIC_TAGS.map((tag) => accumulator.histograms[tag].toHdr());
  const bytes = buckets.reduce((sum, hdr) => sum + hdr.estimatedFootprintInBytes, 0);
  expect(bytes).toBeLessThan(1.4e6);
  expect(accumulator.outcomes.get('ok')).toBe(2000);
});
