import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { TraceError } from '../errors/errors.ts';
import { createSchedule, type ScheduleOptions } from '../schedule/schedule.ts';
import { fixturePath, fixtureRows, sourceOf } from '../test/fixture-traces.ts';
import { followRows } from './follow.ts';
import type { TraceRow } from '../trace/row.ts';
import { scanTrace } from './scan.ts';
import { openTrace, type TraceSource } from '../trace/source.ts';

async function followed(
  first: TraceSource,
  second: TraceSource,
  options?: ScheduleOptions,
): Promise<TraceRow[]> {
  const scan = await scanTrace(first);
  const rows: TraceRow[] = [];
  const schedule = createSchedule(scan.timestampsMs, options);
  for await (const batch of followRows(second, scan, schedule)) rows.push(...batch);
  return rows;
}

const thousand = await fixtureRows('thousand.jsonl');

const selections: [
  behaviour: string,
  options: ScheduleOptions,
  select: (rows: readonly TraceRow[]) => readonly TraceRow[],
][] = [
  ['all rows', {}, (rows) => rows],
  ['the first rows', { limit: 7 }, (rows) => rows.slice(0, 7)],
  ['all rows but one', { limit: 999 }, (rows) => rows.slice(0, 999)],
  ['the last rows', { startOffsetMs: 470_000 }, (rows) => rows.filter(after(470_000))],
  [
    'rows in the middle',
    { startOffsetMs: 200_000, limit: 300 },
    (rows) => rows.filter(after(200_000)).slice(0, 300),
  ],
];

function after(limitMs: number) {
  return ({ timestampMs }: TraceRow) => timestampMs >= limitMs;
}

test.each(selections)('followRows() gives %s', async (_behaviour, options, select) => {
  const source = await openTrace(fixturePath('thousand.jsonl'));
  const rows = await followed(source, source, options);
  expect(rows.length).toBeGreaterThan(5);
  expect(rows).toEqual(select(thousand));
});

const text = readFileSync(fixturePath('thousand.jsonl'), 'utf8');
const tenText = readFileSync(fixturePath('ten.jsonl'), 'utf8');

const changes: [behaviour: string, after: TraceSource, by: string][] = [
  ['another identity', sourceOf(tenText, 'another'), 'it was written to or replaced'],
  [
    'another timestamp',
    sourceOf(tenText.replaceAll(': 405', ': 404')),
    'row 5 has another timestamp',
  ],
  ['another id', sourceOf(tenText.replace('[7]', '[8]')), 'its digest differs'],
  ['white space at the end', sourceOf(`${tenText}\n`), 'its digest differs'],
  ['a row less', sourceOf(tenText.replace(/.*\n$/, '')), 'it ends after 9 rows'],
  ['a row more', sourceOf(`${tenText}${tenText.split('\n')[9]}\n`), 'row 10 has another timestamp'],
  [
    'a row cut',
    sourceOf(tenText.slice(0, -9)),
    'Cannot read trace "t.jsonl" line 10: it is not valid',
  ],
  [
    'nothing left',
    sourceOf(''),
    'Cannot read trace "t.jsonl": it has no rows, expected at least one',
  ],
];

test.each(changes)('followRows() notices %s', async (_behaviour, after, by) => {
  const following = followed(sourceOf(tenText), after);
  await expect(following).rejects.toThrow(TraceError);
  await expect(followed(sourceOf(tenText), after)).rejects.toThrow(
    `Cannot use trace "t.jsonl": it changed while the run was going on (${by}`,
  );
});

test('followRows() does not look far behind the last selected row', async () => {
  const after = sourceOf(`${text.slice(0, 50_000)}\nbad\n`);
  expect(await followed(sourceOf(text), after, { limit: 2 })).toHaveLength(2);
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-follow-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const edits: [behaviour: string, edit: (file: string) => void][] = [
  ['is replaced by a copy', (file) => replace(file, text)],
  ['is cut', (file) => writeFileSync(file, text.slice(0, 50_000))],
  ['grows', (file) => writeFileSync(file, '\n', { flag: 'a' })],
  ['goes away', (file) => rmSync(file)],
];

function replace(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

test.each(edits)(
  'followRows() notices that a file %s after the first rows',
  async (_behaviour, edit) => {
    const file = join(directory, 't.jsonl');
    writeFileSync(file, text);
    const source = await openTrace(file);
    const scan = await scanTrace(source);
    const rows = followRows(source, scan, createSchedule(scan.timestampsMs));
    expect((await rows.next()).done).toBe(false);
    edit(file);
    const rest = async () => {
      for await (const _batch of rows);
    };
    await expect(rest()).rejects.toThrow('it changed while the run was going on');
  },
);

test('followRows() parses and reads no further than it is pulled, and ends reading when it is left', async () => {
  let pieces = 0;
  let isClosed = false;
  const source = sourceOf(text);
  const counted: TraceSource = {
    ...source,
    async *read(options) {
      try {
        for await (const piece of source.read(options)) {
          pieces++;
          yield piece;
        }
      } finally {
        isClosed = true;
      }
    },
  };
  const scan = await scanTrace(source);
  const rows = followRows(counted, scan, createSchedule(scan.timestampsMs));
  expect(pieces).toBe(0);
  expect((await rows.next()).value).toHaveLength(8);
  await rows.next();
  expect(pieces).toBe(1);
  while (pieces === 1) expect((await rows.next()).done).toBe(false);
  expect(pieces).toBe(2);
  await rows.return();
  expect(isClosed).toBe(true);
});

test('followRows() of all shards together gives every selected row once', async () => {
  const source = await openTrace(fixturePath('thousand.jsonl'));
  const selection = { startOffsetMs: 100_000, limit: 400 };
  const whole = await followed(source, source, selection);
  const dealt: TraceRow[][] = [];
  for (const index of [0, 1, 2]) {
    dealt.push(await followed(source, source, { ...selection, shard: { index, count: 3 } }));
  }
  expect(dealt.map(({ length }) => length)).toEqual([134, 133, 133]);
  expect(dealt.flat().toSorted((a, b) => a.index - b.index)).toEqual(whole);
});
