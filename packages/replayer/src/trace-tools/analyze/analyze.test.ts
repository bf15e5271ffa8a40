import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { analyzeTrace } from './analyze.ts';
import { readRows } from '../../trace/read.ts';
import { hasShared, sharedPath, sharedText } from '../../test/shared-data.ts';
import { openTrace } from '../../trace/source.ts';
import { isInShard } from '../../schedule/shard.ts';
import { traceRows } from '../../test/trace-rows.ts';

const row = (timestampMs: number, inputLength: number, hashIds?: number[], context?: number) => ({
  index: 0,
  timestampMs,
  inputLength,
  outputLength: 10,
  ...(hashIds && { hashIds }),
  ...(context !== undefined && {
    otherFields: { context_len: context, unique_user_prompt_len: inputLength - context },
  }),
});

test('analyzeTrace() gives every line of the recipe and of datagen', async () => {
  const rows = [
    row(0, 300, [1, 2, 3], 200),
    row(1000, 250, [1, 2, 4], 200),
    row(1000, 100, [9], 0),
  ];
  const analysis = await analyzeTrace([rows], { blockSize: 100, workers: 2 });
  expect(analysis.recipe).toEqual({
    requests: 3,
    uniqueBlocks: 5,
    totalBlocks: 7,
    islAvg: 650 / 3,
    islMax: 300,
    islMin: 100,
    oslAvg: 10,
    oslMax: 10,
    oslMin: 10,
    blockHitRate: 1 - 5 / 7,
    tokenHitRate: (250 * 2) / 3 / 650,
    contextAvg: 400 / 3,
    uniquePromptAvg: 250 / 3,
    sharedPrefixRatio: 400 / 650,
  });
  expect(analysis.datagen).toMatchObject({
    pairs: 5,
    contextLength: { min: 0, median: 200, max: 200 },
    uniquePromptLength: { min: 50, median: 100, max: 100 },
    theoreticalHitRate: { min: 0, max: 2 / 3 },
  });
  expect(analysis.blocks).toMatchObject({ usedOnce: 3, longestRow: 3, isTree: true });
  expect(analysis.blocks?.prefixHitRate).toBeCloseTo(200 / 650, 12);
  expect(analysis.blocks?.meanPrefixHitRate).toBeCloseTo((0 + 200 / 250 + 0) / 3, 12);
});

test('analyzeTrace() says nothing about what the file has no field for', async () => {
  const analysis = await analyzeTrace([[row(0, 300, [1, 2, 3], 200)], [row(1, 300)]]);
  const fields = Object.keys(analysis.recipe);
  expect(fields).toEqual(['requests', 'islAvg', 'islMax', 'islMin', 'oslAvg', 'oslMax', 'oslMin']);
  expect(analysis).not.toHaveProperty('datagen');
  expect(analysis).not.toHaveProperty('blocks');
  expect(analysis).not.toHaveProperty('cache');
  expect(analysis).not.toHaveProperty('routing');
});

test('analyzeTrace() takes an id at two places for two pairs and one block', async () => {
  const rows = [row(0, 200, [1, 2]), row(0, 200, [2, 1]), row(0, 200, [2, 1])];
  const { datagen, blocks } = await analyzeTrace([rows], { blockSize: 100 });
  expect(blocks).toMatchObject({ unique: 2, isTree: false });
  expect(datagen).toMatchObject({ pairs: 4, contextLength: { min: 0, max: 200 } });
});

test('analyzeTrace() ends the theoretical hit at the first new block', async () => {
  const rows = [row(0, 300, [1, 2, 3]), row(0, 300, [1, 9, 3])];
  const { datagen, recipe, cache } = await analyzeTrace([rows], { blockSize: 100 });
  expect(datagen?.theoreticalHitRate.max).toBe(1 / 3);
  expect(recipe.blockHitRate).toBeCloseTo(2 / 6, 12);
  expect(cache?.unlimitedHitRate).toBe(1 / 6);
});

test('analyzeTrace() gives cache sizes in tokens and in gigabytes', async () => {
  const rows = [row(0, 200, [1, 2]), row(0, 200, [1, 2])];
  const options = { blockSize: 100, cacheTokens: [200, 100], bytesPerToken: 1e7 };
  const { cache } = await analyzeTrace([rows], options);
  expect(cache).toEqual({
    unlimitedHitRate: 0.5,
    curve: [
      { tokens: 100, gigabytes: 1, hitRate: 0.25 },
      { tokens: 200, gigabytes: 2, hitRate: 0.5 },
    ],
    reuseDistance: [
      { share: 0.5, tokens: 100, gigabytes: 1 },
      { share: 0.9, tokens: 200, gigabytes: 2 },
      { share: 0.99, tokens: 200, gigabytes: 2 },
    ],
  });
});

test.each([
  [{ workers: 0 }, 'Cannot analyze for 0 workers, expected an integer from 1 to 256'],
  [{ cacheTokens: [-1] }, 'Cannot analyze a cache of size -1'],
])('analyzeTrace() refuses %o', async (options, message) => {
  await expect(analyzeTrace([[row(0, 1, [1])]], options)).rejects.toThrow(message);
});

test('analyzeTrace() of the union of shards is that of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(traceRows(), fc.integer({ min: 1, max: 5 }), async (rows, count) => {
      const shards = Array.from({ length: count }, (_, index) =>
        rows.filter((_row, place) => isInShard({ index, count }, place)),
      );
      // Shards deal the rows out in turn, so their union takes them back in turn.
      const union = rows.map((_row, place) => shards[place % count]![Math.floor(place / count)]!);
      expect(await analyzeTrace([union])).toEqual(await analyzeTrace([rows]));
    }),
    { numRuns: 50 },
  );
});

const TRACES = [
  'conversation_trace.jsonl',
  'synthetic_trace.jsonl',
  'seed-first-2000.jsonl',
  'seed-synth-10000.jsonl',
] as const;

type Numbers = { readonly [key: string]: number | Numbers };

describe.skipIf(!hasShared)(
  'analyzeTrace() beside the reference implementation (../shared is needed)',
  () => {
    const golden = hasShared
      ? (JSON.parse(sharedText('datagen/golden.json')) as {
          analyze: Record<string, Numbers>;
          recipe_stats: Record<string, Numbers>;
        })
      : undefined;

    test.each(TRACES)('gives its statistics of %s', async (name) => {
      const source = await openTrace(sharedPath(`traces/${name}`));
      const analysis = await analyzeTrace(readRows(source));
      expectClose(camelCase(golden!.analyze[name]!), analysis.datagen as unknown as Numbers);
      expectClose(camelCase(golden!.recipe_stats[name]!), analysis.recipe as unknown as Numbers);
    });

    // traces/README.md beside the project.
    test.each([
      [TRACES[0], [6909, 27367, 85401], [350, 597, 1120], 138646, 247, 1180, 28, 3537, 3.4],
      [TRACES[1], [11587, 38615, 66458], [69, 389, 769], 25673, 374, 3982, 2, 1022, 3.91],
      [TRACES[2], [21240, 86707, 105383], [344, 605, 1211], 94032, 214, 329, 15, 987, 2.03],
      [TRACES[3], [23375, 87915, 106388], [349, 596, 1232], 359128, 214, 1702, 19, 5121, 1.95],
    ] as const)('gives the table of %s', async (name, isl, osl, usedOnce, longest, ...times) => {
      const source = await openTrace(sharedPath(`traces/${name}`));
      const { inputLength, outputLength, blocks, arrivals } = await analyzeTrace(readRows(source));
      expect([inputLength.p50, inputLength.p90, inputLength.p99]).toEqual(isl);
      expect([outputLength.p50, outputLength.p90, outputLength.p99]).toEqual(osl);
      expect(blocks).toMatchObject({ usedOnce, longestRow: longest, isTree: true });
      const { burst, durationSeconds, rowsPerSecond = 0 } = arrivals;
      const { count, max } = burst;
      expect([count, max, Math.round(durationSeconds), Number(rowsPerSecond.toFixed(2))]).toEqual(
        times,
      );
    });
  },
);

function expectClose(wanted: Numbers, found: Numbers): void {
  for (const [key, value] of Object.entries(wanted)) {
    const other = found[key];
    if (typeof value === 'object') expectClose(value, other as Numbers);
    else
      expect(Math.abs((other as number) - value), key).toBeLessThanOrEqual(1e-9 * Math.abs(value));
  }
}

function camelCase(value: Numbers): Numbers {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      typeof item === 'object' ? camelCase(item) : item,
    ]),
  );
}
