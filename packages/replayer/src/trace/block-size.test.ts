import fc from 'fast-check';
import { expect, test } from 'vitest';

import { rowsOf, sourceOf } from '../test/fixture-traces.ts';

/** Rows of so many tokens in blocks of one size, whose ids are all there. */
const rowsIn = (size: number, lengths: readonly number[]) =>
  lengths
    .map((tokens) => {
      const ids = Array.from({ length: Math.ceil(tokens / size) }, (_, id) => id).join();
      return `{"timestamp": 0, "input_length": ${tokens}, "output_length": 1, "hash_ids": [${ids}]}\n`;
    })
    .join('');

async function adviceFor(text: string): Promise<string> {
  const error: unknown = await rowsOf(sourceOf(text)).catch((thrown: unknown) => thrown);
  return (error as Error).message.split('\n  ')[1] ?? '';
}

const cases: [what: string, text: string, advice: string][] = [
  ['blocks of 16', rowsIn(16, [40, 100, 791]), 'Pass --block-size 16: it fits all 3 rows'],
  ['blocks of 64', rowsIn(64, [4000]), 'Pass --block-size 64: it fits the row'],
  [
    'an odd size',
    rowsIn(100, [4000, 4001, 3999, 401]),
    'Pass --block-size 100: it fits all 4 rows',
  ],
  ['several sizes', rowsIn(1024, [600, 700]), 'Pass --block-size if the blocks'],
  ['ids that no size explains', rowsIn(16, [800]) + rowsIn(64, [800]), 'Pass --block-size if the'],
  [
    'a size that a later row contradicts',
    rowsIn(16, [800, 801]) +
      '{"timestamp":0,"input_length":800,"output_length":1,"hash_ids":[1]}\n',
    'Pass --block-size if the',
  ],
];

test.each(cases)('readRows() advises on %s', async (_what, text, advice) => {
  expect(await adviceFor(text)).toContain(advice);
});

test('readRows() never advises a block size that does not fit', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(16, 32, 48, 64, 128, 256),
      fc.array(fc.integer({ min: 600, max: 5000 }), { minLength: 1, maxLength: 5 }),
      async (size, lengths) => {
        const text = rowsIn(size, lengths);
        const advised = /Pass --block-size (\d+)/.exec(await adviceFor(text))?.[1];
        if (advised === undefined) return;
        const rows = await rowsOf(sourceOf(text), { blockSize: Number(advised) });
        expect(rows).toHaveLength(lengths.length);
      },
    ),
  ));
