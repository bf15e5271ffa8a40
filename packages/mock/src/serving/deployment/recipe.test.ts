import { expect, test } from 'vitest';

import { type DeploymentInput, deploymentSchema } from './deployment.ts';
import { outcomesOf } from '../../test/outcomes.ts';
import { simulate } from './simulate.ts';
import { hasSeedTrace, SEED_TRACE, traceRows } from '../../test/trace-rows.ts';
import { worksOfTrace } from './trace-works.ts';

// The defaults against what the recipe published for its trace, here its stand-in of 10,000 rows.
// Published: aggregated 1.67 and 1.77 requests/s, TTFT 348 and 116 s, ITL 414 and 359 ms;
// disaggregated 1.96 requests/s, TTFT 3.9 s, ITL 18.7 ms.

function outcomes(input: DeploymentInput, seed = 1) {
  const deployment = deploymentSchema.parse(input);
  const works = worksOfTrace(traceRows(SEED_TRACE), deployment);
  return outcomesOf(simulate(works, { deployment, seed }));
}

test.skipIf(!hasSeedTrace)(
  'the aggregated deployment saturates as published (../shared is needed)',
  () => {
    const { requestsPerS, meanTtftMs, meanItlMs, hitRate } = outcomes('aggregated-round-robin');
    expect(requestsPerS).toBeGreaterThan(1.6);
    expect(requestsPerS).toBeLessThan(1.8);
    expect(meanTtftMs).toBeGreaterThan(100_000);
    expect(meanTtftMs).toBeLessThan(400_000);
    expect(meanItlMs).toBeGreaterThan(300);
    expect(meanItlMs).toBeLessThan(450);
    expect(hitRate).toBe(0);
  },
);

test.skipIf(!hasSeedTrace)(
  'the disaggregated deployment keeps up as published (../shared is needed)',
  () => {
    const { requestsPerS, meanTtftMs, meanItlMs, hitRate } = outcomes('disaggregated-kv');
    expect(requestsPerS).toBeGreaterThanOrEqual(1.94);
    expect(meanTtftMs).toBeGreaterThan(2000);
    expect(meanTtftMs).toBeLessThan(6000);
    expect(meanItlMs).toBeGreaterThan(15);
    expect(meanItlMs).toBeLessThan(25);
    expect(hitRate).toBeGreaterThan(0.2);
  },
);

test.skipIf(!hasSeedTrace)(
  'the prefix cache alone lets the aggregated one keep up (../shared is needed)',
  () => {
    const { requestsPerS, meanTtftMs, meanItlMs } = outcomes({
      like: 'aggregated-round-robin',
      prefixCache: true,
    });
    expect(requestsPerS).toBeGreaterThan(1.9);
    expect(meanTtftMs).toBeLessThan(10_000);
    // Chunks of prompts still stall its tokens.
    expect(meanItlMs).toBeGreaterThan(50);
  },
);
