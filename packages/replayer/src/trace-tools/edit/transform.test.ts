import fc from 'fast-check';
import { expect, test } from 'vitest';

import { checkRow } from '../../trace/check-row.ts';
import { encodeRow } from '../../trace/encode.ts';
import type { BlockId, TraceRow } from '../../trace/row.ts';
import { parseShard } from '../../schedule/shard.ts';
import { traceRows } from '../../test/trace-rows.ts';
import {
  capInput,
  capOutput,
  inTurn,
  keepFirst,
  keepShard,
  keepWindow,
  renumberIds,
  type RowTransform,
  speedUp,
  splitBlocks,
} from './transform.ts';

const apply = (rows: readonly TraceRow[], ...transforms: RowTransform[]) =>
  rows.map(inTurn(transforms)).filter((row) => row !== undefined);

const row = (inputLength: number, hashIds: BlockId[], timestampMs = 0): TraceRow => ({
  index: 0,
  timestampMs,
  inputLength,
  outputLength: 100,
  hashIds,
});

test.each<[what: string, transform: RowTransform, before: TraceRow, after: Partial<TraceRow>]>([
  ['speedUp() divides times', speedUp(4), row(1, [1], 10), { timestampMs: 2.5 }],
  ['capOutput() cuts outputs', capOutput(7), row(1, [1]), { outputLength: 7 }],
  ['capOutput() leaves shorter ones', capOutput(700), row(1, [1]), { outputLength: 100 }],
  [
    'capInput() cuts the blocks with it',
    capInput(1024, 512),
    row(1100, [1, 2, 3]),
    { inputLength: 1024, hashIds: [1, 2] },
  ],
  [
    'capInput() leaves part of a block',
    capInput(1025, 512),
    row(1100, [1, 2, 3]),
    { inputLength: 1025, hashIds: [1, 2, 3] },
  ],
  [
    'splitBlocks() cuts each block into parts, the last one as far as it is filled',
    splitBlocks(512, 64, 'x'),
    row(512 + 65, [3, 5]),
    { hashIds: [24, 25, 26, 27, 28, 29, 30, 31, 40, 41] },
  ],
  [
    'splitBlocks() keeps large ids exact',
    splitBlocks(4, 1, 'x'),
    row(2, [2n ** 62n - 1n]),
    { hashIds: [2n ** 64n - 4n, 2n ** 64n - 3n] },
  ],
  ['splitBlocks() to the same size changes nothing', splitBlocks(8, 8, 'x'), row(9, [7, 9]), {}],
])('%s', (_what, transform, before, after) => {
  expect(transform(before)).toEqual({ ...before, ...after });
});

test('capInput() keeps what datagen says of a row in step', () => {
  const otherFields = { context_len: 512, unique_user_prompt_len: 588, user: 'a' };
  const long = { ...row(1100, [1, 2, 3]), otherFields };
  const cut = (tokens: number) => capInput(tokens, 512)(long)?.otherFields;
  expect(cut(600)).toEqual({ context_len: 512, unique_user_prompt_len: 88, user: 'a' });
  expect(cut(500)).toEqual({ context_len: 500, unique_user_prompt_len: 0, user: 'a' });
});

test('renumberIds() numbers ids by first sight and keeps which are equal', () => {
  const rows = [row(513, [9, 2n ** 64n - 1n]), row(513, [9, 2n ** 63n]), row(1, [2n ** 64n - 1n])];
  expect(apply(rows, renumberIds()).map(({ hashIds }) => hashIds)).toEqual([[0, 1], [0, 2], [1]]);
});

test.each<[what: string, make: () => unknown, message: string]>([
  [
    'splitBlocks() wants a divisor',
    () => splitBlocks(512, 100, 'x'),
    'a new block would lie across two old ones, expected a divisor of 512',
  ],
  [
    'splitBlocks() makes no larger blocks',
    () => splitBlocks(64, 512, 'x'),
    'rows that share a part of such a block could not say so',
  ],
  [
    'splitBlocks() wants room below 2^64',
    () => splitBlocks(512, 64, 'day.jsonl')(row(1, [2n ** 61n])),
    'Cannot transform trace "day.jsonl" row 1: block id 2305843009213693952 times 8 is above',
  ],
  ['keepWindow() wants an end after its start', () => keepWindow(2, 1), 'expected a later end'],
  ['keepFirst() wants rows', () => keepFirst(0), 'Cannot keep 0 rows'],
  ['speedUp() wants a factor', () => speedUp(0), 'Cannot speed up by 0'],
  [
    'keepShard() wants a part that is there',
    () => keepShard({ index: 2, count: 2 }),
    'from 0 to 1',
  ],
  ['parseShard() wants i/n', () => parseShard('1of2'), 'Cannot read shard "1of2", expected i/n'],
  [
    'keepShard() counts from 0',
    () => keepShard(parseShard('2/2')),
    'shard 2 of 2, expected a number from',
  ],
  ['keepShard() wants a part', () => keepShard(parseShard('0/0')), 'shard 0 of 0'],
])('%s', (_what, make, message) => {
  expect(make).toThrow(message);
});

test('keepWindow() takes rows at both its ends', () => {
  const rows = [0, 5, 10, 15].map((timestampMs) => row(1, [1], timestampMs));
  expect(apply(rows, keepWindow(5, 10)).map(({ timestampMs }) => timestampMs)).toEqual([5, 10]);
});

/** Each makes a new transform, since some remember rows. */
const perRow: Record<string, () => RowTransform> = {
  speedUp: () => speedUp(2),
  capInput: () => capInput(700, 512),
  capOutput: () => capOutput(50),
  renumberIds: () => renumberIds(),
};
const selecting: Record<string, () => RowTransform> = {
  keepFirst: () => keepFirst(5),
  keepShard: () => keepShard({ index: 1, count: 3 }),
};
const pairs = [
  ['speedUp', 'capInput'],
  ['speedUp', 'capOutput'],
  ['speedUp', 'renumberIds'],
  ['speedUp', 'keepFirst'],
  ['speedUp', 'keepShard'],
  ['capInput', 'capOutput'],
  ['capInput', 'keepFirst'],
  ['capInput', 'keepShard'],
  ['capOutput', 'keepShard'],
  ['renumberIds', 'keepFirst'],
  ['renumberIds', 'capOutput'],
] as const;

test.each(pairs)('%s() and %s() come to the same in either order', (first, second) => {
  const make = { ...perRow, ...selecting };
  fc.assert(
    fc.property(traceRows(), (rows) => {
      const there = apply(rows, make[first]!(), make[second]!());
      const back = apply(rows, make[second]!(), make[first]!());
      expect(there).toEqual(back);
    }),
  );
});

test('splitBlocks() and capInput() come to the same in either order', () => {
  fc.assert(
    fc.property(traceRows({ isTree: true }), fc.integer({ min: 1, max: 3000 }), (rows, tokens) => {
      const there = apply(rows, splitBlocks(512, 64, 'x'), capInput(tokens, 64));
      expect(there).toEqual(apply(rows, capInput(tokens, 512), splitBlocks(512, 64, 'x')));
    }),
  );
});

test('keepShard() deals every row to one shard', () => {
  fc.assert(
    fc.property(traceRows(), fc.integer({ min: 1, max: 6 }), (rows, count) => {
      const shards = Array.from({ length: count }, (_, index) =>
        apply(rows, keepShard({ index, count })),
      );
      expect(shards.flat().sort((a, b) => a.index - b.index)).toEqual(rows);
    }),
  );
});

test('splitBlocks() shares as many tokens of a prefix as before', () => {
  const sharedTokens = (a: TraceRow, b: TraceRow, blockSize: number) => {
    const [ids = [], others = []] = [a.hashIds, b.hashIds];
    const differs = ids.findIndex((id, place) => id !== others[place]);
    const blocks = differs === -1 ? ids.length : differs;
    return Math.min(blocks * blockSize, a.inputLength, b.inputLength);
  };
  fc.assert(
    fc.property(traceRows({ isTree: true }), (rows) => {
      const small = apply(rows, splitBlocks(512, 64, 'x'));
      for (const [index, a] of rows.entries()) {
        for (const [other, b] of rows.entries()) {
          const before = sharedTokens(a, b, 512);
          expect(sharedTokens(small[index]!, small[other]!, 64)).toBe(before);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('every transform makes a trace that validates', () => {
  const transforms = () => [
    ...Object.values(perRow).map((make) => [make(), 512] as const),
    ...Object.values(selecting).map((make) => [make(), 512] as const),
    [inTurn([renumberIds(), splitBlocks(512, 64, 'x')]), 64] as const,
    [keepWindow(1, 9000), 512] as const,
  ];
  fc.assert(
    fc.property(traceRows(), (rows) => {
      for (const [transform, blockSize] of transforms()) {
        let previousMs = 0;
        for (const result of apply(rows, transform)) {
          const { row: read } = checkRow(encodeRow(result), result.index, blockSize);
          expect(read).toEqual(result);
          expect(result.timestampMs).toBeGreaterThanOrEqual(previousMs);
          previousMs = result.timestampMs;
        }
      }
    }),
  );
});
