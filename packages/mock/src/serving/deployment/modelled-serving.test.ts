import { describe, expect, test } from 'vitest';

import { createRandom } from '../../time/random.ts';
import type { Service, Work } from '../model.ts';
import { createTimeline } from '../../time/timeline.ts';
import { type Deployment, type DeploymentInput, deploymentSchema } from './deployment.ts';
import { createModelledServing } from './modelled-serving.ts';
import { outcomesOf } from '../../test/outcomes.ts';
import { createVirtualClock, simulate } from './simulate.ts';
import { fixtureTrace } from '../../test/trace-rows.ts';
import { worksOfTrace } from './trace-works.ts';

/** Requests at random instants, `rate` a second on average. */
function* poisson(rate: number, count: number, like: Omit<Work, 'request' | 'arrivedNs'>) {
  const random = createRandom(11);
  let arrivedNs = 0;
  for (let request = 1; request <= count; request += 1) {
    arrivedNs += (-Math.log(1 - random()) / rate) * 1e9;
    yield { ...like, request, arrivedNs } satisfies Work;
  }
}

const parse = (input: DeploymentInput) => deploymentSchema.parse(input);

describe('known limits', () => {
  test.each([0.3, 0.6, 0.8])('a serial worker at load %d waits as M/D/1 does', (load) => {
    // A prompt of 100 tokens takes 0.1 s, and makes the one token that is asked for.
    const deployment = parse({
      workers: 1,
      ranks: 1,
      sequencesPerRank: 1,
      rankPrefillTokensPerS: 1000,
      workerPrefillTokensPerS: Number.MAX_VALUE,
      stepJitter: 0,
    });
    const serviceS = 0.1;
    const works = poisson(load / serviceS, 300_000, { inputTokens: 100, outputTokens: 1 });
    const { meanTtftMs } = outcomesOf(simulate(works, { deployment, seed: 1 }));
    const waitS = meanTtftMs / 1000 - serviceS;
    const expectedS = (load / (2 * (1 - load))) * serviceS;
    expect(waitS / expectedS).toBeGreaterThan(0.95);
    expect(waitS / expectedS).toBeLessThan(1.05);
  });

  test('an idle deployment takes as long as prompt and steps do', () => {
    const deployment = parse({
      rankPrefillTokensPerS: 1000,
      workerPrefillTokensPerS: Number.MAX_VALUE,
      decodeStepMs: 10,
      decodeSequenceMs: 1,
      stepJitter: 0,
    });
    const work = { request: 1, arrivedNs: 0, inputTokens: 500, outputTokens: 21 };
    const { meanTtftMs, meanItlMs } = outcomesOf(simulate([work], { deployment, seed: 1 }));
    expect([meanTtftMs, meanItlMs]).toEqual([500, 11]);
  });

  test('little load is served sooner by the aggregated deployment: nothing has to move', () => {
    const few = { inputTokens: 4000, outputTokens: 50 };
    const run = (input: DeploymentInput) =>
      outcomesOf(simulate(poisson(0.05, 500, few), { deployment: parse(input), seed: 1 }));
    const aggregated = run('aggregated-round-robin');
    const disaggregated = run('disaggregated-kv');
    expect(aggregated.meanTtftMs).toBeLessThan(disaggregated.meanTtftMs);
    expect(aggregated.meanE2eMs).toBeLessThan(disaggregated.meanE2eMs);
  });
});

// Not equal-times.jsonl: of ten requests within a millisecond nobody's prompt is computed yet, so a
// router has no cache to be aware of, and who meets whom is luck.
const traces = ['ten.jsonl', 'thousand.jsonl', 'demo.jsonl', 'fractions.jsonl'];

describe.each(traces)('on %s', (name) => {
  // Sizes from one that holds little more than a prompt to one that holds all.
  test.each([140, 500, 2000, 140_000])(
    'KV-aware routing hits as much, %d blocks',
    (cacheBlocks) => {
      const hitRate = (router: Deployment['router']) => {
        const deployment = parse({ router, prefixCache: true, cacheBlocks, maxModelTokens: 8960 });
        const works = worksOfTrace(fixtureTrace(name), deployment);
        return outcomesOf(simulate(works, { deployment, seed: 1 })).hitRate;
      };
      expect(hitRate('kv-aware')).toBeGreaterThanOrEqual(hitRate('round-robin'));
    },
  );
});

test('simulate() gives the same for the same seed, another for another', () => {
  const run = (seed: number) => {
    const deployment = parse({ like: 'disaggregated-kv' });
    return simulate(worksOfTrace(fixtureTrace('demo.jsonl'), deployment), { deployment, seed });
  };
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

/** A deployment in virtual time, to be asked by hand. */
function serving(input: DeploymentInput, maxInFlight?: number) {
  const clock = createVirtualClock();
  const timeline = createTimeline(clock);
  const model = createModelledServing(
    { deployment: parse({ stepJitter: 0, ...(input as object) }), seed: 1, maxInFlight },
    timeline,
  );
  let request = 0;
  const ask = (changes: Partial<Work> = {}) => {
    const chunks: number[] = [];
    request += 1;
    const work = { request, arrivedNs: timeline.nowNs(), inputTokens: 640, outputTokens: 12 };
    const service = model.serve({ ...work, ...changes }, (tokens) => chunks.push(tokens));
    return { service, chunks };
  };
  return { clock, timeline, model, ask };
}

const taken = (service: Service | 'overloaded'): Service => {
  if (service === 'overloaded') throw new Error('overloaded');
  return service;
};

test('createModelledServing() sends the first token alone, then chunks of the stream interval', () => {
  const { clock, ask } = serving({ streamInterval: 5 });
  const { chunks } = ask();
  clock.run();
  expect(chunks).toEqual([1, 4, 5, 2]);
});

test('createModelledServing() tells of one worker and its cache when aggregated', () => {
  const { clock, ask } = serving({ prefixCache: true, router: 'kv-aware', workers: 2 });
  const blocks = Float64Array.from({ length: 10 }, (_, index) => index);
  ask({ blocks });
  clock.run();
  const { facts } = taken(ask({ blocks, inputTokens: 700 }).service);
  expect(facts).toMatchObject({ kvHitRate: 10 / 11, toldCachedTokens: 0 });
  clock.run();
  expect(facts).toMatchObject({ cachedTokens: 640, toldCachedTokens: 640 });
  expect(facts.decodeWorkerId).toBe(facts.prefillWorkerId);
  expect(facts).not.toHaveProperty('transferNs');
});

test('createModelledServing() moves the KV cache when disaggregated, and tells the client of no hit', () => {
  const { clock, ask } = serving({
    like: 'disaggregated-kv',
    transferMs: 10,
    transferTokensPerS: 64_000,
  });
  const blocks = Float64Array.from({ length: 10 }, (_, index) => index);
  ask({ blocks });
  clock.run();
  const { facts } = taken(ask({ blocks }).service);
  clock.run();
  expect(facts).toMatchObject({
    kvHitRate: 1,
    cachedTokens: 639,
    toldCachedTokens: 0,
    prefillWaitNs: 0,
    transferNs: 20e6,
  });
  expect(facts.decodeWorkerId).not.toBe(facts.prefillWorkerId);
});

test.each<DeploymentInput>([{ like: 'aggregated-round-robin' }, { like: 'disaggregated-kv' }])(
  'createModelledServing() leaves nothing behind after answers and cancels, %j',
  (input) => {
    const { clock, timeline, model, ask } = serving(input);
    // Cancelled before, in and after prefill, in the middle of decoding, and after the end.
    for (const afterMs of [0, 1, 45, 60, 120, 10_000]) {
      const service = taken(ask().service);
      timeline.at(afterMs * 1e6, () => service.cancel());
    }
    ask();
    clock.run();
    for (const worker of model.workers()) {
      expect(worker).toMatchObject({ running: 0, waiting: 0, activeBlocks: 0, prefillTokens: 0 });
    }
  },
);

test('createModelledServing() is overloaded while every worker has too many prompt tokens', () => {
  const { clock, ask } = serving({ workers: 2, busyPrefillTokens: 1000 });
  const long = { inputTokens: 2000 };
  expect([ask(long), ask(long), ask(long)].map(({ service }) => service === 'overloaded')).toEqual([
    false,
    false,
    true,
  ]);
  clock.run();
  taken(ask(long).service);
});

test('createModelledServing() is overloaded while its limit is in flight', () => {
  const { clock, ask } = serving({}, 1);
  const first = taken(ask().service);
  expect(ask().service).toBe('overloaded');
  first.cancel();
  first.cancel();
  taken(ask().service);
  expect(ask().service).toBe('overloaded');
  clock.run();
  taken(ask().service);
});

test('createModelledServing() never calls back before it returns', () => {
  const { ask } = serving({ timeScale: 0 });
  expect(ask().chunks).toEqual([]);
});
