import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { planReplay } from '../plan.ts';
import { fixturePath, rowsOf, sourceOf } from '../test/fixture-traces.ts';
import { hasShared, sharedPath } from '../test/shared-data.ts';
import { validateTrace } from '../trace-tools/edit/validate.ts';
import type { ReadRowsOptions } from './read.ts';
import { type TimeUnit, toMs } from './time-unit.ts';

const lines = (timestamps: readonly (number | string)[], more = '') =>
  timestamps
    .map((time) => `{"timestamp": ${time}, "input_length": 5, "output_length": 1${more}}\n`)
    .join('');

const many = (count: number, gap: number) =>
  Array.from({ length: count }, (_, index) => Math.floor(index * gap));

const irregular = (count: number, gap: number) =>
  many(count, gap).map((time, index) => time + 2 * (index % 2));

const BAILIAN = ', "chat_id": 1, "parent_chat_id": -1';
const UNIX_S = 1_700_000_000;

const doubtful: [what: string, text: string, unit: TimeUnit, shown: string][] = [
  [
    'fractions of seconds',
    lines([0.216, 0.405, 1.986]),
    's',
    'seconds (0.216, 0.405, 1.986; as milliseconds, 1,100 rows a second)',
  ],
  [
    'whole seconds of many rows',
    lines(many(500, 0.4)),
    's',
    'as milliseconds, 2,500 rows a second',
  ],
  [
    'a row every few seconds',
    lines(irregular(500, 3.6)),
    's',
    'as milliseconds, 280 rows a second',
  ],
  ['seconds since 1970', lines([UNIX_S, UNIX_S + 60, UNIX_S + 400]), 's', 'seconds (1700000000, '],
  ['seconds since 1970, with fractions', lines([1_764_500_000.25, 1_764_500_001]), 's', 'seconds'],
  ['microseconds since 1970', lines([17e14, 17e14 + 5e5]), 'us', 'looks like microseconds'],
  ['nanoseconds since 1970', lines(['1700000000000000000']), 'ns', 'is 1700000000000000000'],
  ['microseconds from 0', lines(many(20, 160_000)), 'us', 'as milliseconds, 540 rows a day'],
  ['nanoseconds from 0', lines(many(20, 160_000_000)), 'ns', 'as milliseconds, 0.54 rows a day'],
  ["another format's fields", lines([0, 40, 90], BAILIAN), 's', 'looks like seconds (0, 40, 90'],
];

const refusing = { doubtfulUnit: 'refuse' } satisfies ReadRowsOptions;

test.each(doubtful)('readRows() doubts %s', async (_what, text, unit, shown) => {
  const error = await rowsOf(sourceOf(text), refusing).catch((thrown: unknown) => thrown as Error);
  if (!(error instanceof Error)) throw new Error('It was not refused');
  expect(error.message).toContain(shown);
  expect(error.message).toContain(`\n  Pass --time-unit ${unit}, which`);
  // The advice works, and so does the word of the user.
  await expect(rowsOf(sourceOf(text), { ...refusing, timeUnit: unit })).resolves.toBeDefined();
  const found: string[] = [];
  for await (const problem of validateTrace(sourceOf(text))) found.push(problem.message);
  expect(found).toEqual([error.message]);
});

const good: [what: string, text: string][] = [
  ['one row', lines([0.5])],
  ['rows at one instant', lines(many(500, 0))],
  ['few rows close together', lines([0, 1, 2, 3])],
  ['a steady 100 rows a second', lines(many(500, 10))],
  ['a steady 333 rows a second', lines(many(500, 3))],
  ['a steady 400 rows a second, rounded', lines(many(500, 2.5))],
  ['milliseconds since 1970', lines([1_764_500_000_000, 1_764_500_000_100])],
  ['fractions of milliseconds', lines([0, 333.3333, 666.6666])],
  ['two rows far apart', lines([0, 600_000])],
];

test.each(good)('readRows() takes %s for milliseconds', async (_what, text) => {
  await expect(rowsOf(sourceOf(text), refusing)).resolves.toBeDefined();
});

const units: [unit: TimeUnit, times: (number | string)[], ms: number[]][] = [
  ['s', [0.216, 0.405, 1.986], [216, 405, 1986]],
  ['s', [1_764_500_000.123], [1_764_500_000_123]],
  ['ms', [0.5], [0.5]],
  ['us', [1500, 1_700_000_000_123_456], [1.5, 1_700_000_000_123.456]],
  ['ns', [1_500_000, '1700000000123456789'], [1.5, 1_700_000_000_123.456]],
];

test.each(units)('readRows() reads timestamps in %s', async (timeUnit, times, ms) => {
  const rows = await rowsOf(sourceOf(lines(times)), { timeUnit });
  expect(rows.map(({ timestampMs }) => timestampMs)).toEqual(ms);
});

test('toMs() of decimal seconds gives the milliseconds that were written', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10_000_000_000 }), (ms) => {
      expect(toMs(Number(`${ms}e-3`), 's')).toBe(ms);
    }),
  );
});

test('planReplay() refuses a trace in seconds, and replays it at its pace if told', async () => {
  const options = { trace: fixturePath('seconds.jsonl'), urls: ['http://127.0.0.1:1'] };
  await expect(planReplay(options)).rejects.toThrow('Pass --time-unit s, which multiplies');
  const { schedule, source } = await planReplay({ ...options, timeUnit: 's' });
  expect(Array.from(schedule.dueNs)).toEqual([0, 189e6, 1_770e6]);
  await source.close();
});

describe.skipIf(!hasShared)('published traces', () => {
  test.each(['conversation_trace.jsonl', 'synthetic_trace.jsonl', 'seed-synth-10000.jsonl'])(
    'readRows() takes %s for milliseconds',
    async (name) => {
      const { source } = await planReplay({
        trace: sharedPath(`traces/${name}`),
        urls: ['http://127.0.0.1:1'],
      });
      await source.close();
    },
  );

  test('planReplay() names the block size and the unit of a Bailian trace, in turn', async () => {
    const bailian = {
      trace: sharedPath('traces/formats/bailian/traceA_first14.jsonl'),
      urls: ['http://127.0.0.1:1'],
    };
    await expect(planReplay(bailian)).rejects.toThrow(
      'Pass --block-size 16: it fits all 14 rows with hash ids.',
    );
    await expect(planReplay({ ...bailian, blockSize: 16 })).rejects.toThrow('Pass --time-unit s,');
    const { source, scan } = await planReplay({ ...bailian, blockSize: 16, timeUnit: 's' });
    await source.close();
    expect(scan.otherFields?.map(({ name }) => name)).toEqual([
      ...['chat_id', 'parent_chat_id', 'type', 'turn'],
    ]);
  });
});
