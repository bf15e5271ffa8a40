import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { RequestRecord } from '@trace-replay/metrics';
import { beforeAll, expect, test } from 'vitest';

import { startDeployment } from './deployments.ts';
import { replayRows } from './replay-rows.ts';
import { sessionTrace } from './session-trace.ts';

/** The last ports of `scripts/test-dynamo.mjs`; one setting after the other has them. */
const port = Number(process.env['DYNAMO_TEST_PORT']) + 3 * 5;
const TRACE = '.cache/dynamo/sessions.jsonl';
const BLOCK_TOKENS = 64;
const WITHIN = 0.03;

/**
 * A cache of nearly all of the trace; the ceiling is 74 %. Smaller ones (2 × 1250, 4 × 800 blocks)
 * agree in some runs and are 15 and 27 points below in others, so they are not tested yet: blocks
 * of requests in flight cannot be dropped, and the expectation does not count these.
 */
const SETTINGS = [{ workers: 2, blocks: 3000 }];

/** Caches are expected to be filled the moment a row arrives; a busy machine fills them later. */
const MOST_EARLY = 0.1;

/** Rows that were sent before the turn before them in their session had its first token. */
function earlyRows(records: readonly RequestRecord[]): number {
  const rows = sessionTrace().trimEnd().split('\n');
  const before = new Map<number, RequestRecord>();
  let early = 0;
  for (const record of records) {
    const { hash_ids: ids } = JSON.parse(rows[record.row]!) as { hash_ids: number[] };
    // The third block is the first of the session's own.
    const previous = before.get(ids[2]!);
    if (previous && !((previous.content_ns?.[0] ?? Infinity) < (record.sent_ns ?? 0))) early += 1;
    before.set(ids[2]!, record);
  }
  return early;
}

beforeAll(() => {
  const path = fileURLToPath(new URL(`../../${TRACE}`, import.meta.url));
  mkdirSync(fileURLToPath(new URL('../../.cache/dynamo', import.meta.url)), { recursive: true });
  writeFileSync(path, sessionTrace());
});

test.for(SETTINGS)(
  'the expected cache hits of $workers workers with $blocks blocks are those of the router within 3 points',
  async ({ workers, blocks }, { skip }) => {
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
      const { exitCode, stderr, summary, records } = await replayRows({
        ...{ url: running.url, trace: TRACE, rows: 192, name: `expected-${workers}-${blocks}` },
        flags: [
          ...['--server-workers', String(workers)],
          ...['--server-cache-tokens', String(blocks * BLOCK_TOKENS)],
        ],
      });
      expect(exitCode, stderr).toBe(0);
      const early = earlyRows(records);
      skip(
        early > MOST_EARLY * records.length,
        `${early} of ${records.length} rows were sent before the turn before had its first token: ` +
          'its blocks were in no cache. This machine is too busy.',
      );
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
