import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { OptionsError } from '../errors/errors.ts';
import {
  createRowSelector,
  createSchedule,
  describeSchedule,
  type ScheduleOptions,
} from './schedule.ts';

const timesMs = Float64Array.of(100, 100, 350.5, 400, 400, 1000);

const schedules: [
  behaviour: string,
  options: ScheduleOptions,
  firstRow: number,
  dueMs: number[],
][] = [
  ['sets zero at the first row', {}, 0, [0, 0, 250.5, 300, 300, 900]],
  ['divides by the speed-up', { speedup: 10 }, 0, [0, 0, 25.05, 30, 30, 90]],
  ['slows down', { speedup: 0.5 }, 0, [0, 0, 501, 600, 600, 1800]],
  ['starts at an offset of the trace', { startOffsetMs: 350 }, 2, [0, 49.5, 49.5, 649.5]],
  ['includes a row at the start', { startOffsetMs: 400 }, 3, [0, 0, 600]],
  ['leaves out a row before the start', { startOffsetMs: 400.1 }, 5, [0]],
  ['includes rows at the end', { endOffsetMs: 400 }, 0, [0, 0, 250.5, 300, 300]],
  ['leaves out rows behind the end', { endOffsetMs: 399.9 }, 0, [0, 0, 250.5]],
  ['takes a window of one instant', { startOffsetMs: 400, endOffsetMs: 400 }, 3, [0, 0]],
  ['limits what the offsets left', { startOffsetMs: 350, limit: 2 }, 2, [0, 49.5]],
  ['takes a limit beyond the trace', { limit: 99 }, 0, [0, 0, 250.5, 300, 300, 900]],
  [
    'takes offsets before the speed-up',
    { startOffsetMs: 350, endOffsetMs: 400, speedup: 2 },
    2,
    [0, 24.75, 24.75],
  ],
];

test.each(schedules)('createSchedule() %s', (_behaviour, options, firstRow, dueMs) => {
  const schedule = createSchedule(timesMs, options);
  expect(schedule).toEqual({
    firstRow,
    count: dueMs.length,
    shard: { index: 0, count: 1 },
    ownCount: dueMs.length,
    dueNs: Float64Array.from(dueMs, (due) => due * 1e6),
  });
});

test('createSchedule() rounds to the nearest nanosecond, halves up', () => {
  const dues = (speedup: number) => [...createSchedule(Float64Array.of(0, 1), { speedup }).dueNs];
  expect(dues(3)).toEqual([0, 333_333]);
  expect(dues(1.5)).toEqual([0, 666_667]);
  expect(dues(2e6)).toEqual([0, 1]);
  expect(dues(2.1e6)).toEqual([0, 0]);
});

test('createSchedule() gives integers that do not decrease, equal ones for rows due together', () => {
  const gaps = fc.array(
    fc.oneof(fc.constant(0), fc.nat(5000), fc.double({ min: 0, max: 1e4, noNaN: true })),
    {
      minLength: 1,
    },
  );
  const speedups = fc.double({ min: 0.01, max: 1000, noNaN: true });
  fc.assert(
    fc.property(gaps, speedups, (gapsMs, speedup) => {
      let now = 0;
      const timestampsMs = Float64Array.from(gapsMs, (gap) => (now += gap));
      const { dueNs } = createSchedule(timestampsMs, { speedup });
      expect(dueNs[0]).toBe(0);
      dueNs.forEach((due, row) => {
        expect(Number.isSafeInteger(due)).toBe(true);
        const previous = dueNs[row - 1] ?? 0;
        expect(due).toBeGreaterThanOrEqual(previous);
        if (timestampsMs[row] === timestampsMs[row - 1]) expect(due).toBe(previous);
      });
    }),
  );
});

const impossible: [
  behaviour: string,
  times: Float64Array,
  options: ScheduleOptions,
  message: string,
][] = [
  [
    'no row behind the start',
    timesMs,
    { startOffsetMs: 1001 },
    'Cannot select rows from 1001 ms to the end: ' +
      'the trace has 6 rows, from 100 to 1000 ms, expected at least one of them' +
      '\n  Offsets are times of the trace, before the speed-up.',
  ],
  [
    'no row before the end',
    timesMs,
    { endOffsetMs: 99 },
    'Cannot select rows from 0 ms to 99 ms: the trace has 6 rows',
  ],
  [
    'a window between rows',
    timesMs,
    { startOffsetMs: 101, endOffsetMs: 102 },
    'Cannot select rows from 101 ms to 102 ms: the trace has 6 rows',
  ],
  [
    'a window that ends before it starts',
    timesMs,
    { startOffsetMs: 500, endOffsetMs: 200 },
    'Cannot select rows from 500 ms to 200 ms: the trace has 6 rows',
  ],
  ['a limit of 0', timesMs, { limit: 0 }, 'Cannot use limit "0", expected a whole number of rows'],
  [
    'half a row',
    timesMs,
    { limit: 1.5 },
    'Cannot use limit "1.5", expected a whole number of rows',
  ],
  ['a speed-up of 0', timesMs, { speedup: 0 }, 'Cannot use speed-up "0", expected a finite number'],
  ['no speed-up at all', timesMs, { speedup: NaN }, 'Cannot use speed-up "NaN"'],
  ['an endless speed-up', timesMs, { speedup: Infinity }, 'Cannot use speed-up "Infinity"'],
  [
    'a trace of centuries',
    Float64Array.of(0, 1e13),
    {},
    'Cannot schedule 2 rows: the last one is due after 10000000000000 ms, expected at most 9007199254',
  ],
];

test.each(impossible)('createSchedule() refuses %s', (_behaviour, times, options, message) => {
  expect(() => createSchedule(times, options)).toThrow(OptionsError);
  expect(() => createSchedule(times, options)).toThrow(message);
});

const described: [behaviour: string, times: number[], figures: object][] = [
  [
    'counts bursts and instants',
    [0, 0, 500, 500, 500, 2000],
    { rows: 6, spanNs: 2e9, maxRowsAtOnce: 3, instants: 3, rowsPerSecond: 3 },
  ],
  ['knows no rate of one instant', [7, 7], { rows: 2, spanNs: 0, maxRowsAtOnce: 2, instants: 1 }],
  ['knows no rate of one row', [7], { rows: 1, spanNs: 0, maxRowsAtOnce: 1, instants: 1 }],
];

test.each(described)('describeSchedule() %s', (_behaviour, times, figures) => {
  expect(describeSchedule(createSchedule(Float64Array.from(times)))).toEqual(figures);
});

describe('createSchedule() for shards', () => {
  const timestampsMs = Float64Array.of(3, 3, 3, 10, 20, 20, 31, 40);

  test.each([1, 2, 3, 8, 11])('deals every selected row to one of %i shards', (count) => {
    const window = { startOffsetMs: 1, endOffsetMs: 35, limit: 6 };
    const whole = createSchedule(timestampsMs, window);
    const shards = Array.from({ length: count }, (_, index) =>
      createSchedule(timestampsMs, { ...window, shard: { index, count } }),
    );
    // The due times are those of the whole, so a shard's zero is not its own first row.
    for (const shard of shards) expect(shard.dueNs).toEqual(whole.dueNs);
    expect(shards.reduce((sum, { ownCount }) => sum + ownCount, 0)).toBe(6);
    const figures = shards.map(describeSchedule);
    expect(figures.map(({ rows }) => rows)).toEqual(shards.map(({ ownCount }) => ownCount));
    expect(figures.reduce((sum, { maxRowsAtOnce }) => sum + Math.min(maxRowsAtOnce, 1), 0)).toBe(
      Math.min(count, 6),
    );
  });

  test('describes the rows of the shard alone', () => {
    const schedule = createSchedule(timestampsMs, { shard: { index: 1, count: 3 } });
    // Rows 1, 4 and 7: due at 0, 17 and 37 ms.
    expect(describeSchedule(schedule)).toEqual({
      rows: 3,
      spanNs: 37e6,
      maxRowsAtOnce: 1,
      instants: 3,
      rowsPerSecond: 3 / 0.037,
    });
  });

  test('refuses a shard that is not there', () => {
    const shard = { index: 2, count: 2 };
    expect(() => createSchedule(timestampsMs, { shard })).toThrow('Cannot take shard 2 of 2');
  });
});

test('createRowSelector() selects the rows that createSchedule() selects', () => {
  const timestamps = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
  const window = fc.record(
    {
      startOffsetMs: fc.integer({ min: 0, max: 20 }),
      endOffsetMs: fc.integer({ min: 0, max: 20 }),
      limit: fc.integer({ min: 1, max: 40 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(timestamps, window, (drawn, selection) => {
      const timestampsMs = Float64Array.from(drawn).sort();
      const selectRow = createRowSelector(selection);
      const selected = Array.from(timestampsMs.keys()).filter((row) =>
        selectRow(timestampsMs[row]!),
      );
      const range = (from: number, count: number) =>
        Array.from({ length: count }, (_, i) => from + i);
      if (selected.length === 0) {
        expect(() => createSchedule(timestampsMs, selection)).toThrow('Cannot select rows');
      } else {
        const { firstRow, count } = createSchedule(timestampsMs, selection);
        expect(selected).toEqual(range(firstRow, count));
      }
    }),
  );
});
