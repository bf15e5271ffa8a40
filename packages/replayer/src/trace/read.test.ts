import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

import { TraceError } from '../errors/errors.ts';
import { fixturePath, fixtureRows, rowsOf, sourceOf } from '../test/fixture-traces.ts';
import { readRows } from './read.ts';

const ten = await fixtureRows('ten.jsonl');

test('readRows() reads every field of every row', () => {
  expect(ten).toHaveLength(10);
  expect(ten[0]).toEqual({
    index: 0,
    timestampMs: 0,
    inputLength: 1100,
    outputLength: 8,
    hashIds: [0, 1, 2],
  });
  expect(ten.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(ten.map(({ timestampMs }) => timestampMs)).toEqual([
    0, 0, 0, 200, 200, 405, 405, 405, 650, 700,
  ]);
});

const same = [
  'crlf.jsonl',
  'byte-order-mark.jsonl',
  'blank-last-lines.jsonl',
  'no-last-newline.jsonl',
  'packed.jsonl.gz',
  'packed-in-two.jsonl.gz',
  'packed-by-content.jsonl',
];

test.each(same)('readRows() reads %s like ten.jsonl, in pieces of any size', async (name) => {
  expect(await fixtureRows(name)).toEqual(ten);
  for (const pieceBytes of [64, 65, 100, 811]) {
    expect(await fixtureRows(name, { pieceBytes })).toEqual(ten);
  }
});

test('readRows() keeps fractions of a millisecond and rows due together', async () => {
  const fractions = await fixtureRows('fractions.jsonl');
  expect(fractions.map(({ timestampMs }) => timestampMs)).toEqual(
    ten.map((_row, index) => index * 333.3333),
  );
  const equal = await fixtureRows('equal-times.jsonl');
  expect(equal.map(({ timestampMs }) => timestampMs)).toEqual([
    40, 40, 40, 40, 40, 40, 40, 41, 41, 41,
  ]);
});

test('readRows() keeps hash ids of 64 bits exact, and equal ones equal', async () => {
  const rows = await fixtureRows('large-ids.jsonl');
  expect(rows.map(({ hashIds }) => hashIds)).toEqual([
    [0, 9007199254740991, 9007199254740992n, 9007199254740993n],
    [0, 9007199254740991, 9007199254740992n, 18446744073709551615n],
    [18446744073709551614n, 18446744073709551615n],
  ]);
});

test('readRows() needs no hash ids', async () => {
  const rows = await fixtureRows('no-hash-ids.jsonl');
  expect(rows).toHaveLength(10);
  for (const row of rows) expect(row).not.toHaveProperty('hashIds');
});

test('readRows() carries fields that are not ours, undamaged', async () => {
  const [first, second] = await fixtureRows('other-fields.jsonl');
  expect(first?.otherFields).toEqual({
    model: 'größer "n1" 🙂',
    session: { id: 18446744073709551615n, turns: [1, '18446744073709551615'] },
  });
  expect(Object.entries(second?.otherFields ?? {})).toEqual([
    ['context_len', 2],
    ['__proto__', 3],
  ]);
  expect(ten[0]).not.toHaveProperty('otherFields');
});

test('readRows() takes blocks of another size if told so', async () => {
  const rows = await fixtureRows('blocks-of-16.jsonl', { blockSize: 16 });
  expect(rows.map(({ hashIds }) => hashIds)).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
  await expect(fixtureRows('blocks-of-16.jsonl')).rejects.toThrow(
    'line 1: "hash_ids" has 3 ids for 33 tokens, expected 1 (blocks of 512 tokens',
  );
});

const NEEDED =
  'Every row needs "timestamp" in milliseconds, "input_length" and "output_length" in tokens.';
const ONE_OBJECT = 'Write each row as one JSON object on a line of its own (JSON Lines).';
const BLOCK_SIZE = 'Pass --block-size if the blocks of this trace have another size.';
const ID = 'Give every block an id of at most 64 bits.';
const AGAIN = 'Copy or download it again.';
const MS = 'expected milliseconds from 0 to 9007199254740991';
const TOKENS = 'expected an integer from 1 to 100000000';
const IDS = 'expected an integer from 0 to 18446744073709551615';
const BLOCKS = 'expected 2 (blocks of 512 tokens, the last one may be partial)';

const invalid: [
  file: string,
  line: number | undefined,
  field: string | undefined,
  what: string,
  next: string,
][] = [
  ['array', 2, undefined, 'it is an array, expected an object', ONE_OBJECT],
  [
    'blank-line',
    2,
    undefined,
    'it is blank, expected a row',
    'Remove the line; blank lines are fine at the end only.',
  ],
  [
    'cut-row',
    2,
    undefined,
    'it is not valid JSON ("{"timestamp": 0, "input_length"), expected one object',
    ONE_OBJECT,
  ],
  [
    'cut.jsonl.gz',
    undefined,
    undefined,
    'its gzip data ends before its end, expected a complete file',
    AGAIN,
  ],
  [
    'damaged.jsonl.gz',
    undefined,
    undefined,
    'its gzip data is damaged (incorrect data check), expected a sound file',
    'Copy or download it again; "gzip -t" tests a file.',
  ],
  [
    'empty',
    undefined,
    undefined,
    'it has no rows, expected at least one',
    'Look whether it was written completely.',
  ],
  ['hash-id-fraction', 2, 'hash_ids', `at index 0 is 0.5, ${IDS}`, ID],
  ['hash-id-negative', 2, 'hash_ids', `at index 1 is -1, ${IDS}`, ID],
  ['hash-id-string', 2, 'hash_ids', `at index 1 is the string "1", ${IDS}`, ID],
  ['hash-id-too-large', 2, 'hash_ids', `at index 1 is 18446744073709551616, ${IDS}`, ID],
  ['hash-ids-none', 2, 'hash_ids', `has 0 ids for 600 tokens, ${BLOCKS}`, BLOCK_SIZE],
  [
    'hash-ids-string',
    2,
    'hash_ids',
    'is the string "0 1", expected an array',
    'Leave the field out when nothing is known about shared blocks.',
  ],
  ['hash-ids-too-few', 2, 'hash_ids', `has 1 id for 600 tokens, ${BLOCKS}`, BLOCK_SIZE],
  ['input-length-fraction', 2, 'input_length', `is 600.5, ${TOKENS}`, NEEDED],
  ['input-length-missing', 2, 'input_length', `is missing, ${TOKENS}`, NEEDED],
  ['input-length-string', 2, 'input_length', `is the string "600", ${TOKENS}`, NEEDED],
  ['input-length-too-large', 2, 'input_length', `is 100000001, ${TOKENS}`, NEEDED],
  ['input-length-zero', 2, 'input_length', `is 0, ${TOKENS}`, NEEDED],
  [
    'lfs-pointer',
    1,
    undefined,
    'it is a Git LFS pointer, expected the trace itself',
    'Run "git lfs pull" in the repository it comes from.',
  ],
  [
    'not-gzip.jsonl.gz',
    undefined,
    undefined,
    'it is not gzip data, expected that by its name',
    'Leave ".gz" out of the name of a plain trace, or pack it with gzip.',
  ],
  [
    'not-json',
    2,
    undefined,
    'it is not valid JSON ("timestamp,input_length,output_length"), expected one object',
    ONE_OBJECT,
  ],
  [
    'not-utf-8',
    2,
    undefined,
    'it has bytes that are not UTF-8, expected text in UTF-8',
    'Save the trace as UTF-8; the only packing that is read is gzip.',
  ],
  ['number', 2, undefined, 'it is 17, expected an object', ONE_OBJECT],
  [
    'only-blank-lines',
    undefined,
    undefined,
    'it has no rows, expected at least one',
    'Look whether it was written completely.',
  ],
  ['output-length-negative', 2, 'output_length', `is -3, ${TOKENS}`, NEEDED],
  ['output-length-null', 2, 'output_length', `is null, ${TOKENS}`, NEEDED],
  [
    'timestamp-goes-back',
    3,
    'timestamp',
    'is 0 after 6000, expected times that do not go back',
    'Sort the rows by "timestamp".',
  ],
  ['timestamp-infinite', 2, 'timestamp', `is 1e400, ${MS}`, NEEDED],
  ['timestamp-missing', 2, 'timestamp', `is missing, ${MS}`, NEEDED],
  ['timestamp-nan', 2, 'timestamp', 'is NaN, expected a number of JSON', NEEDED],
  ['timestamp-negative', 2, 'timestamp', `is -1, ${MS}`, NEEDED],
  ['timestamp-string', 2, 'timestamp', `is the string "27", ${MS}`, NEEDED],
  [
    'timestamp-too-large',
    2,
    'timestamp',
    `is 1790000000000000000, ${MS}`,
    'Pass --time-unit ns, which divides the timestamps by 1,000,000.',
  ],
];

const fileOf = (name: string) => (name.endsWith('.gz') ? name : `${name}.jsonl`);

test.each(invalid)('readRows() refuses %s', async (name, line, field, what, next) => {
  const file = fixturePath(`invalid/${fileOf(name)}`);
  const error: unknown = await fixtureRows(`invalid/${fileOf(name)}`).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TraceError);
  const { message, place } = error as TraceError;
  const where = line === undefined ? '' : ` line ${line}`;
  const subject = field === undefined ? '' : `"${field}" `;
  expect(message).toBe(`Cannot read trace "${file}"${where}: ${subject}${what}\n  ${next}`);
  expect(place).toEqual({ file, ...(line && { line }), ...(field && { field }) });
});

test('readRows() has a sentence for every invalid fixture', () => {
  const files = invalid.map(([name]) => fileOf(name));
  expect(files.sort()).toEqual(readdirSync(fixturePath('invalid')).sort());
});

const row = (timestamp: number) =>
  `{"timestamp": ${timestamp}, "input_length": 5, "output_length": 1}`;

test('readRows() skips blank lines for tools', async () => {
  const text = `\n${row(0)}\n \t\r\n\n${row(1)}\n\n`;
  const rows = await rowsOf(sourceOf(text), { blankLines: 'skip' });
  expect(rows.map(({ index, timestampMs }) => [index, timestampMs])).toEqual([
    [0, 0],
    [1, 1],
  ]);
  await expect(rowsOf(sourceOf(text))).rejects.toThrow('line 1: it is blank, expected a row');
});

test('readRows() gives the rows of the pieces before a problem', async () => {
  const given: number[] = [];
  const text = `${row(0)}\n${row(1)}\n${row(2)}\nbad\n`;
  const reading = (async () => {
    for await (const rows of readRows(sourceOf(text), { pieceBytes: 60 }))
      given.push(...rows.map((r) => r.index));
  })();
  await expect(reading).rejects.toThrow('line 4');
  expect(given).toEqual([0, 1]);
});

test('readRows() gives no more rows at a time than it is told', async () => {
  const text = Array.from({ length: 7 }, (_, index) => `${row(index)}\n`).join('');
  const batches: number[][] = [];
  for await (const rows of readRows(sourceOf(text), {
    pieceBytes: text.length - 3,
    batchRows: 4,
  })) {
    batches.push(rows.map(({ index }) => index));
  }
  expect(batches).toEqual([[0, 1, 2, 3], [4, 5], [6]]);
});

test('readRows() reads no further than it is pulled', async () => {
  let bytesRead = 0;
  const source = sourceOf(`${row(0)}\n`.repeat(1000));
  const onBytes = (bytes: Uint8Array) => void (bytesRead += bytes.length);
  const rows = readRows(source, { pieceBytes: 100, onBytes });
  expect(bytesRead).toBe(0);
  await rows.next();
  expect(bytesRead).toBe(100);
  await rows.next();
  expect(bytesRead).toBe(200);
  await rows.return();
});

test('readRows() cleans text of a trace before it shows it', async () => {
  await expect(rowsOf(sourceOf('\u001b[31mred\u0007\n'))).rejects.toThrow('("[31mred")');
});
