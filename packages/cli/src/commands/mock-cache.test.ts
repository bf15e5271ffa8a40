import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createMockServer, simulate } from '@trace-replay/mock';
import { deploymentSchema, worksOfTrace } from '@trace-replay/mock/internal';
import { createPromptWriter } from '@trace-replay/replayer/internal';
import { analyzeTrace, openTrace, readRows, type TraceRow } from '@trace-replay/replayer/trace';
import { expect, test } from 'vitest';

// The mock imports nothing of ours, so that its cache and our tools agree by being right.

const ROOT = new URL('../../../../', import.meta.url);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/traces/${name}`, ROOT));
const SEED = fileURLToPath(new URL('../shared/traces/seed-synth-10000.jsonl', ROOT));
const hasSeed = existsSync(SEED) || process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1';

async function rowsOf(path: string): Promise<TraceRow[]> {
  const rows: TraceRow[] = [];
  for await (const batch of readRows(await openTrace(path))) rows.push(...batch);
  return rows;
}

/** One worker that serves one request after the other. */
const serial = (cacheBlocks: number, blockTokens: number) =>
  deploymentSchema.parse({
    workers: 1,
    ranks: 1,
    sequencesPerRank: 1,
    prefixCache: true,
    blockTokens,
    cacheBlocks,
    maxModelTokens: cacheBlocks * blockTokens,
  });

/** Rows whose every block is full, so that every hash id names a block of the cache. */
const filled = (rows: readonly TraceRow[]): TraceRow[] =>
  rows.map((row) => ({ ...row, inputLength: (row.hashIds?.length ?? 0) * 512, outputLength: 1 }));

const fixtures: [path: string, sizes: number[]][] = [
  [fixture('ten.jsonl'), [5, 8, 12, 100]],
  [fixture('thousand.jsonl'), [9, 20, 50, 200, 5000]],
];
const LAW = 'a serial worker hits as analyze says';

async function expectHits(path: string, sizes: readonly number[]): Promise<void> {
  const rows = filled(await rowsOf(path));
  const cacheTokens = sizes.map((blocks) => blocks * 512);
  const { cache } = await analyzeTrace([rows], { cacheTokens });
  const blocks = rows.reduce((sum, { hashIds }) => sum + (hashIds?.length ?? 0), 0);
  const measured = sizes.map((size) => {
    const deployment = serial(size, 512);
    const requests = simulate(worksOfTrace(rows, deployment), { deployment, seed: 1 });
    // The last prompt token is always computed, so a full hit is one token short of its blocks.
    const hits = requests.map(({ served }) => Math.ceil((served?.facts.cachedTokens ?? 0) / 512));
    return hits.reduce((sum, hit) => sum + hit, 0) / blocks;
  });
  expect(measured).toEqual(cache?.curve.map(({ hitRate }) => hitRate));
  expect(new Set(measured).size).toBeGreaterThan(1);
}

test.each(fixtures)(`${LAW}: %s`, expectHits);

test.skipIf(!hasSeed)(`${LAW}: the recipe's trace (../shared is needed)`, () =>
  expectHits(SEED, [500, 5000, 50_000, 500_000]),
);

test('the prompts that a replay sends hit as the trace says', async () => {
  const rows = (await rowsOf(fixture('thousand.jsonl'))).slice(0, 150);
  const deployment = { ...serial(200, 64), timeScale: 0 };
  const works = worksOfTrace(
    rows.map((row, index) => ({ ...row, outputLength: 1, timestampMs: index })),
    deployment,
  );
  const simulated = simulate(works, { deployment, seed: 1 });
  const server = await createMockServer({ deployment });
  try {
    const prompts = createPromptWriter({ seed: 7 });
    for (const row of rows) {
      const prompt = prompts.words(row).toString();
      const body = JSON.stringify({ model: 'mock-model', prompt, max_tokens: 1 });
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body };
      await (await fetch(`${server.url}/v1/completions`, request)).text();
    }
    const received = server.journal().requests.map((entry) => entry.cached_tokens);
    expect(received).toEqual(simulated.map(({ served }) => served?.facts.cachedTokens));
    expect(Math.max(...received.map(Number))).toBeGreaterThan(500);
  } finally {
    await server.stop();
  }
});
