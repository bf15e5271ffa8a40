import { parseObjectives } from '@trace-replay/metrics';
import {
  nextStep,
  type SearchPlan,
  type SearchProbe,
  searchResult,
} from '@trace-replay/metrics/internal';
import { deploymentSchema } from '@trace-replay/mock/internal';
import { expect, test } from 'vitest';

import { simulateProbe, worksOf } from '../search/simulate-probe.ts';
import { createRandom } from './demo-trace.ts';

// Small, so that a search takes a fraction of a second; its steps vary, so that seeds matter.
const deployment = deploymentSchema.parse({
  ...{ like: 'disaggregated-kv', prefillWorkers: 1, decodeWorkers: 1, ranks: 1, stepJitter: 0.3 },
  ...{ rankPrefillTokensPerS: 40_000, workerPrefillTokensPerS: 80_000 },
  ...{ stepTokensPerRank: 4096, streamInterval: 20 },
});
const objectives = parseObjectives('time_to_first_token:2000 inter_token_latency:50');

/** Arrivals of a Poisson process, five a second at speed 1. */
function poissonRows() {
  const random = createRandom(5);
  let timestampMs = 0;
  return Array.from({ length: 6000 }, (_, index) => {
    const spread = (factor: number) => (index * factor) % 1;
    timestampMs -= 200 * Math.log(1 - random());
    const inputLength = 2000 + Math.round(6000 * spread(0.414214));
    return {
      index,
      timestampMs,
      inputLength,
      outputLength: 20 + Math.round(60 * spread(0.302776)),
    };
  });
}

const works = worksOf(poissonRows(), deployment, 512);
const plan: SearchPlan = {
  ...{ trace: 'rows', target: ['simulated'], is_simulated: true, share: 0.95, precision: 0.05 },
  ...{ from: 1, ramp_s: 10, window_s: 60, fastest: 17, max_probes: 60, warm_up: false },
  ...{ objectives: [], seed: 0 },
};
const window = { rampS: plan.ramp_s, windowS: plan.window_s, objectives };

function searchOnce(seed: number) {
  const probes: SearchProbe[] = [];
  for (;;) {
    const step = nextStep({ ...plan, seed }, probes);
    if (step.kind === 'end') return { ...searchResult({ plan, probes }), probes: probes.length };
    const order = { ...window, ...step, seed: seed + probes.length };
    probes.push(simulateProbe(works, deployment, order));
  }
}

/** Share of good rows over 200 other seeds. */
function meanShare(speed: number): number {
  let [rows, good] = [0, 0];
  for (let seed = 0; seed < 200; seed++) {
    const order = { ...window, speed, purpose: 'bracket', seed: 1e6 + seed } as const;
    for (const block of simulateProbe(works, deployment, order).blocks) {
      rows += block.rows;
      good += block.good;
    }
  }
  return good / rows;
}

/** Where the mean share over 200 other seeds crosses 95 %, to a thousandth. */
const TRUE_CAPACITY = 0.8837;

test('the true capacity is where it was computed', { timeout: 120_000 }, () => {
  expect(meanShare(TRUE_CAPACITY * 0.995)).toBeGreaterThan(plan.share);
  expect(meanShare(TRUE_CAPACITY * 1.005)).toBeLessThan(plan.share);
});

test('at least 184 of 200 searches print a bracket around it', { timeout: 300_000 }, () => {
  let [bracketed, certain, most] = [0, 0, 0];
  const holds = ({
    low = Infinity,
    high = 0,
  }: {
    low?: number | undefined;
    high?: number | undefined;
  }) => low <= TRUE_CAPACITY && TRUE_CAPACITY <= high;
  for (let search = 0; search < 200; search++) {
    const result = searchOnce(search * 100);
    expect(result.outcome?.kind).toBe('found');
    if (holds(result.bracket)) bracketed++;
    if (holds(result.certain)) certain++;
    most = Math.max(most, result.probes);
  }
  expect(bracketed).toBeGreaterThanOrEqual(184);
  expect(certain).toBeGreaterThanOrEqual(190);
  // Seven speeds at the most, three of them three times, and four repeats.
  expect(most).toBeLessThanOrEqual(20);
});
