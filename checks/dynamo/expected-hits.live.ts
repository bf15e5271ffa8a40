import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, test } from 'vitest';

import { startDeployment } from './deployments.ts';
import { replayRows } from './replay-rows.ts';
import { sessionTrace } from './session-trace.ts';

/** The last ports of `scripts/test-dynamo.mjs`; one setting after the other has them. */
const port = Number(process.env['DYNAMO_TEST_PORT']) + 3 * 5;
const TRACE = '.cache/dynamo/sessions.jsonl';
const BLOCK_TOKENS = 64;
const WITHIN = 0.03;

/** Caches of nearly all of the trace, of a half and of two thirds; the ceiling is 74 %. */
const SETTINGS = [
  { workers: 2, blocks: 3000 },
  { workers: 2, blocks: 1250 },
  { workers: 4, blocks: 800 },
];

beforeAll(() => {
  const path = fileURLToPath(new URL(`../../${TRACE}`, import.meta.url));
  mkdirSync(fileURLToPath(new URL('../../.cache/dynamo', import.meta.url)), { recursive: true });
  writeFileSync(path, sessionTrace());
});

test.each(SETTINGS)(
  'the expected cache hits of $workers workers with $blocks blocks are those of the router within 3 points',
  async ({ workers, blocks }) => {
    const running = await startDeployment(
      {
        title: `${workers} workers, ${blocks} blocks`,
        ...{ script: 'up-disagg.sh', version: '1.6.1' },
        settings: {
          PREFILL: String(workers),
          DECODE: '1',
          MOCKER_ARGS: `--num-gpu-blocks-override ${blocks}`,
        },
      },
      port,
    );
    try {
      const { exitCode, stderr, summary } = await replayRows({
        ...{ url: running.url, trace: TRACE, rows: 192, name: `expected-${workers}-${blocks}` },
        flags: [
          ...['--server-workers', String(workers)],
          ...['--server-cache-tokens', String(blocks * BLOCK_TOKENS)],
        ],
      });
      expect(exitCode, stderr).toBe(0);
      const { router, predicted, expected } = summary.cache ?? {};
      console.log(
        `${workers} × ${blocks} blocks: router ${router?.mean_hit_rate}, ` +
          `expected ${expected?.kv_aware.mean_hit_rate}, ceiling ${predicted?.mean_hit_rate}`,
      );
      expect(router?.rows).toBe(192);
      const difference = (router?.mean_hit_rate ?? NaN) - (expected?.kv_aware.mean_hit_rate ?? NaN);
      expect(Math.abs(difference)).toBeLessThanOrEqual(WITHIN);
      expect(router?.mean_hit_rate).toBeLessThan(predicted?.mean_hit_rate ?? NaN);
    } finally {
      await running.stop();
    }
  },
);
