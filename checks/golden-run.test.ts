// What comes out for given bytes and given rows, to the last digit. A change of structure changes
// none of it; golden files are rewritten by `-u` alone, by whoever means to change a figure.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, test } from 'vitest';

import {
  lineOf,
  lost,
  notSent,
  recordOf,
  type RequestRecord,
  summaryOf,
} from './golden-run/adapter.ts';
import { CASES } from './golden-run/cases.ts';
import { askedFor, performCase } from './golden-run/perform-case.ts';
import { contextOf } from './golden-run/run-context.ts';
import { digestsOf } from './golden-run/trace-digests.ts';

const golden = (name: string) => fileURLToPath(new URL(`golden-run/${name}`, import.meta.url));
const trace = (name: string) =>
  fileURLToPath(new URL(`../fixtures/traces/${name}`, import.meta.url));
const GOLDENS = [
  'records.jsonl',
  'summary.json',
  'summary-measurable.json',
  'thousand.json',
  'thousand-mixed.json',
];
/** Looked at before the tests, since vitest writes what is missing and is content. */
const missing = GOLDENS.filter((name) => !existsSync(golden(name)));
const committed = existsSync(golden('records.jsonl')) ? linesOf(golden('records.jsonl')) : [];

const OBJECTIVES = 'time_to_first_token:60 inter_token_latency:12';

let next = 0;
const firstRows = CASES.map(({ answers }) => {
  const row = next;
  next += answers.length;
  return row;
});
const ROW_NOT_SENT = next;
const ROW_LOST = next + 1;
/** One more than there are records: a row that left no trace. */
const ROWS = next + 3;

let records: readonly (readonly RequestRecord[])[] = [];
let lines: readonly string[] = [];

beforeAll(async () => {
  const performed: RequestRecord[][] = [];
  for (const [index, each] of CASES.entries()) {
    performed.push(await performCase(each, firstRows[index] ?? 0));
  }
  const last = [
    notSent(askedFor(ROW_NOT_SENT, 5)),
    lost(askedFor(ROW_LOST, 5), ROW_LOST * 1e9 + 2e9),
  ];
  records = [...performed, last];
  lines = records.flat().map(lineOf);
}, 60_000);

test('every golden file is there', () => {
  expect(missing).toEqual([]);
});

test.each(CASES.map(({ title, answers }, index) => [title, answers.length, index] as const))(
  'record of %s',
  (_title, count, index) => {
    const from = firstRows[index] ?? 0;
    const made = records[index]?.map(lineOf) ?? [];
    expect(made).toHaveLength(count);
    // An update changes the lines further down.
    if (!isUpdating()) expect(made).toEqual(committed.slice(from, from + count));
  },
);

test('the records are the golden ones, line by line', async () => {
  expect(lines).toHaveLength(ROWS - 1);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden('records.jsonl'));
});

test('a second run of a case gives the same record', async () => {
  const [first] = CASES;
  if (first) expect((await performCase(first, 0)).map(lineOf)).toEqual(lines.slice(0, 1));
});

test('their summary is the golden one', async () => {
  const summary = summaryOf(records.flat(), OBJECTIVES, contextOf(ROWS));
  await expect(`${JSON.stringify(summary, undefined, 2)}\n`).toMatchFileSnapshot(
    golden('summary.json'),
  );
});

test('the summary of the rows whose tokens the server counted and sent apart is the golden one', async () => {
  const isMeasurable = ({ outcome, output_tokens_by: by, content_ns: ns = [] }: RequestRecord) =>
    outcome !== 'ok' || (by === 'usage' && ns.length > 1);
  const some = records.flat().filter(isMeasurable);
  const summary = summaryOf(some, OBJECTIVES, contextOf(some.length + 1));
  await expect(`${JSON.stringify(summary, undefined, 2)}\n`).toMatchFileSnapshot(
    golden('summary-measurable.json'),
  );
});

test('the committed lines, read back in reverse, give the same summary', () => {
  const back = committed.map(recordOf);
  expect(back).toEqual(committed.map((line) => JSON.parse(line) as unknown));
  const summary = summaryOf(back.toReversed(), OBJECTIVES, contextOf(ROWS));
  if (!isUpdating())
    expect(summary).toEqual(summaryOf(records.flat(), OBJECTIVES, contextOf(ROWS)));
});

test.each(['thousand', 'thousand-mixed'])(
  'due times, prompts and bodies of %s.jsonl are the golden ones',
  async (name) => {
    const digests = await digestsOf(trace(`${name}.jsonl`));
    await expect(`${JSON.stringify(digests, undefined, 2)}\n`).toMatchFileSnapshot(
      golden(`${name}.json`),
    );
  },
);

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

function isUpdating(): boolean {
  return expect.getState().snapshotState.snapshotUpdateState === 'all';
}
