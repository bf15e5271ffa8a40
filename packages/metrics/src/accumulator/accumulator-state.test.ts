import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  type AccumulatorState,
  accumulatorState,
  accumulatorStateSchema,
  addAccumulatorState,
} from './accumulator-state.ts';
import { Accumulator } from './accumulator.ts';
import { METRIC_TAGS } from '../record/catalog.ts';
import { recordsArbitrary } from '../test/drawn-records.ts';
import { GOLDEN_OBJECTIVES } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from '../test/golden-summary.ts';
import type { RequestRecord } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';

function accumulatorOf(records: readonly RequestRecord[] = []): Accumulator {
  const accumulator = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
  for (const record of records) accumulator.add(record);
  return accumulator;
}

function summaryOf(accumulator: Accumulator, totalRows: number) {
  const context = { status: 'completed', run: GOLDEN_RUN, conditions: GOLDEN_CONDITIONS } as const;
  return summarize(accumulator, { ...context, totalRows });
}

/** As through a file. */
function readBack(accumulator: Accumulator): AccumulatorState {
  return accumulatorStateSchema.parse(JSON.parse(JSON.stringify(accumulatorState(accumulator))));
}

describe('addAccumulatorState()', () => {
  test('of any split gives the summary, the histograms and the state of all records', () => {
    fc.assert(
      fc.property(
        recordsArbitrary,
        fc.array(fc.nat(3), { minLength: 120, maxLength: 120 }),
        (records, shards) => {
          const whole = accumulatorOf(records);
          const merged = accumulatorOf();
          for (const shard of [0, 1, 2, 3]) {
            const part = records.filter((_, index) => shards[index] === shard);
            addAccumulatorState(merged, readBack(accumulatorOf(part)));
          }
          expect(summaryOf(merged, records.length)).toStrictEqual(summaryOf(whole, records.length));
          expect(accumulatorState(merged)).toStrictEqual(accumulatorState(whole));
          for (const tag of METRIC_TAGS) {
            const [ours, theirs] = [merged, whole].map(({ histograms }) => histograms[tag]);
            for (let rank = 1; rank <= (theirs?.count ?? 0); rank++) {
              expect(ours?.valueAtRank(rank)).toBe(theirs?.valueAtRank(rank));
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('has every field of an accumulator, so that none is lost on the way', () => {
    // `writes` is of a run alone: a merged one judges no figure of its own.
    const { objectives: _, writes: _writes, histograms, ...rest } = accumulatorOf();
    const names = [
      ...Object.keys(rest),
      ...Object.keys(histograms).map((tag) => `histograms.${tag}`),
    ];
    expect(Object.keys(readBack(accumulatorOf()).parts).sort()).toEqual(names.sort());
  });

  const state = readBack(accumulatorOf());
  const lag = 'histograms.schedule_lag';
  const wrong: [behaviour: string, state: AccumulatorState, message: string][] = [
    ['refuses other objectives', { ...state, objectives: 'request_latency:1' }, 'Cannot add "req'],
    ['refuses a part less', { ...state, parts: {} }, 'Cannot add parts ""'],
    [
      'refuses a part of another kind',
      { ...state, parts: { ...state.parts, [lag]: { tally: {} } } },
      `Cannot add part "${lag}": it is of another kind`,
    ],
    [
      'refuses buckets that are not there',
      {
        ...state,
        parts: {
          ...state.parts,
          [lag]: { buckets: [1e9, 1], min_ns: 1, max_ns: 1, sum_ns: '1', clamped: 0 },
        },
      },
      'Cannot read counts: pair 0 is 1000000000, 1',
    ],
  ];

  test.each(wrong)('%s', (_behaviour, bad, message) => {
    expect(() => addAccumulatorState(accumulatorOf(), bad)).toThrow(message);
  });
});
