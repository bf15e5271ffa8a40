import { join } from 'node:path';

import type { RunState } from '@trace-replay/metrics';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createScratch, type Scratch } from '../test/run-cli.ts';
import { readRecords } from './read-records.ts';

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(() => scratch.remove());

const STATE = { conditions: { trace: { first_row: 10, selected_rows: 20_000 } } } as RunState;

function lineOf(row: number): string {
  const asked = { due_ns: 0, input_tokens_asked: 1, output_tokens_asked: 1 };
  return `${JSON.stringify({ schema_version: 1, row, outcome: 'not_sent', ...asked })}\n`;
}

async function rowsOf(text: string): Promise<number[]> {
  const path = scratch.write('records.jsonl', text);
  const rows: number[] = [];
  for await (const { row } of readRecords(path, { state: STATE })) rows.push(row);
  return rows;
}

const refused: [what: string, rows: number[], message: string][] = [
  ['a row twice', [10, 11, 10], 'line 3: row 10 has a record on an earlier line'],
  ['a row twice, far apart', [20_009, 17, 20_009], 'line 3: row 20009 has a record'],
  ['a row before the run', [9], 'line 1: row 9 is none of the run, expected 10 to 20009'],
  ['a row behind the run', [10, 20_010], 'line 2: row 20010 is none of the run'],
];

test.each(refused)('readRecords() refuses %s', async (_what, rows, message) => {
  await expect(rowsOf(rows.map(lineOf).join(''))).rejects.toThrow(message);
});

test('readRecords() gives every row once, in any order', async () => {
  const rows = [20_009, 10, 11, 18, 17, 9999];
  expect(await rowsOf(rows.map(lineOf).join(''))).toEqual(rows);
});

test('readRecords() says that a file is not there', async () => {
  const records = readRecords(join(scratch.path, 'records.jsonl'));
  await expect(records.next()).rejects.toThrow('records.jsonl": it is not there, expected');
});
