import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { checkRow } from './check-row.ts';
import { encodeRow } from './encode.ts';
import { fixturePath } from '../test/fixture-traces.ts';
import { traceRows } from '../test/trace-rows.ts';

const read = (line: string, index = 0) => checkRow(line, index, 512);

test.each([
  ['whole timestamps', '{"timestamp": 27000, "input_length": 3, "output_length": 5}'],
  ['fractions', '{"timestamp": 0.5, "input_length": 3, "output_length": 5}'],
  ['ids', '{"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [0, 7]}'],
  [
    'ids and fields beyond 2^53',
    '{"timestamp": 0, "input_length": 9, "output_length": 5, ' +
      '"hash_ids": [18446744073709551615], "id": 9007199254740993}',
  ],
  [
    'other fields of any kind',
    '{"timestamp": 0, "input_length": 9, "output_length": 5, ' +
      '"a": {"b": [1, null, true, "x, y: \\"z\\""], "__proto__": {}}, "c": -1.5}',
  ],
])('encodeRow() writes a line with %s back byte for byte', (_what, line) => {
  const { row } = read(line) as { row: Parameters<typeof encodeRow>[0] };
  expect(encodeRow(row)).toBe(line);
});

test('encodeRow() writes floats as Python does where that is asked for', () => {
  const row = { index: 0, timestampMs: 2999, inputLength: 1, outputLength: 1 };
  expect(encodeRow(row, { floatTimestamps: true })).toMatch(/^{"timestamp": 2999\.0, /);
});

test('encodeRow() is read back unchanged', () => {
  fc.assert(
    fc.property(traceRows(), fc.boolean(), (rows, floatTimestamps) => {
      for (const row of rows) {
        expect(read(encodeRow(row, { floatTimestamps }), row.index)).toEqual({ row });
      }
    }),
  );
});

test.each(['thousand.jsonl', 'ten.jsonl'])('encodeRow() writes %s back byte for byte', (name) => {
  const text = readFileSync(fixturePath(name), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => encodeRow(read(line).row!));
  expect(`${lines.join('\n')}\n`).toBe(text);
});
