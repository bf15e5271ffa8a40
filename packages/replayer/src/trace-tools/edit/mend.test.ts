import { expect, test } from 'vitest';

import { sourceOf } from '../../test/fixture-traces.ts';
import { mendTrace } from './mend.ts';

const mend = (...lines: string[]) => mendTrace(sourceOf(lines.join('\n')));

const line = (timestamp: number, ids: string, rest = '') =>
  `{"timestamp": ${timestamp}, "input_length": 600, "output_length": 1, "hash_ids": [${ids}]${rest}}`;

test('mendTrace() sorts rows by time and keeps the order of equal times', async () => {
  const { rows, moved } = await mend(
    line(5, '1, 2'),
    line(3, '3, 4'),
    line(5, '5, 6'),
    line(4, '7, 8'),
  );
  expect(rows.map(({ timestampMs, hashIds }) => [timestampMs, hashIds?.[0]])).toEqual([
    [3, 3],
    [4, 7],
    [5, 1],
    [5, 5],
  ]);
  expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(moved).toBe(2);
});

test.each([
  ['negative', '-1, 2', '-1, 3'],
  ['too large', '99999999999999999999, 2', '99999999999999999999, 3'],
  ['strings', '"a", "b"', '"a", "c"'],
])('mendTrace() numbers all ids anew where some are %s', async (_what, first, second) => {
  const { rows, renumbered, leftOut } = await mend(
    line(0, first),
    line(1, second),
    line(2, '0, 1'),
  );
  expect(rows.map(({ hashIds }) => hashIds)).toEqual([
    [0, 1],
    [0, 2],
    [3, 4],
  ]);
  expect({ renumbered, leftOut }).toEqual({ renumbered: 5, leftOut: [] });
});

test('mendTrace() leaves good ids as they are', async () => {
  const { rows, renumbered } = await mend(line(1, '7, 18446744073709551615'), line(0, '7, 8'));
  expect(rows.map(({ hashIds }) => hashIds)).toEqual([
    [7, 8],
    [7, 18446744073709551615n],
  ]);
  expect(renumbered).toBe(0);
});

test('mendTrace() leaves out blank lines and what only the author could mend', async () => {
  const mended = await mend(
    line(0, '1'),
    '',
    line(1, '1, 2', ', "user": "a"'),
    '{',
    line(2, '1, 2.5'),
  );
  expect(mended.rows).toEqual([
    {
      index: 0,
      timestampMs: 1,
      inputLength: 600,
      outputLength: 1,
      hashIds: [1, 2],
      otherFields: { user: 'a' },
    },
  ]);
  expect(mended.blankLines).toBe(1);
  expect(mended.leftOut.map(({ place }) => place.line)).toEqual([1, 4, 5]);
});
