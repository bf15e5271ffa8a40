import { expect, test } from 'vitest';

import { worksOfTrace } from './trace-works.ts';

const row = (inputLength: number, hashIds?: readonly (number | bigint)[]) => ({
  timestampMs: 1.5,
  inputLength,
  outputLength: 7,
  hashIds,
});
const keysOf = (rows: Parameters<typeof worksOfTrace>[0], blockTokens = 256) =>
  [...worksOfTrace(rows, { blockTokens })].map(({ blocks }) => [...(blocks ?? [])]);

test('worksOfTrace() takes times and lengths over', () => {
  expect([...worksOfTrace([row(512, [9])], { blockTokens: 512 })]).toEqual([
    {
      request: 1,
      arrivedNs: 1.5e6,
      inputTokens: 512,
      outputTokens: 7,
      blocks: Float64Array.of(0),
    },
  ]);
});

test('worksOfTrace() cuts the blocks of the trace, and leaves out what fills none of the cache', () => {
  expect(keysOf([row(1023, [5, 6]), row(600, [5, 7])])).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
});

test('worksOfTrace() tells ids beyond 2^53 apart', () => {
  const big = 2n ** 64n - 1n;
  expect(keysOf([row(512, [big]), row(512, [big - 1n]), row(512, [big])], 512)).toEqual([
    [0],
    [1],
    [0],
  ]);
});

test('worksOfTrace() shares nothing without hash ids', () => {
  expect(keysOf([row(1024), row(1024)])).toEqual([[], []]);
});

test('worksOfTrace() wants whole blocks', () => {
  expect(() => keysOf([row(512, [1])], 100)).toThrow(
    'Cannot cut blocks: those of the trace have 512 tokens, ' +
      "expected a multiple of the cache's 100",
  );
});
