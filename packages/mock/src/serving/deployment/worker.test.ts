import { expect, test } from 'vitest';

import { createTimeline } from '../../time/timeline.ts';
import { DEPLOYMENTS, type Deployment } from './deployment.ts';
import { createVirtualClock } from './simulate.ts';
import { type Job, type RankLoad, stepNs, Worker } from './worker.ts';

/** Steps of 10 ms when decoding; a token of prompt takes 1 ms, 100 of them fit a step. */
const ROUND: Deployment = {
  ...DEPLOYMENTS['aggregated-round-robin'],
  ranks: 1,
  sequencesPerRank: 2,
  stepTokensPerRank: 100,
  blockTokens: 10,
  cacheBlocks: 1000,
  rankPrefillTokensPerS: 1000,
  workerPrefillTokensPerS: Number.MAX_VALUE,
  decodeStepMs: 10,
  decodeSequenceMs: 0,
  stepJitter: 0,
};

interface Given extends Partial<Omit<Job, 'blocks'>> {
  readonly blocks?: readonly number[];
}

/** Serves jobs and writes down what happens to them: `[job, what, ms]`. */
function serve(changes: Partial<Deployment>, jobs: Record<string, Given>) {
  const clock = createVirtualClock();
  const timeline = createTimeline(clock);
  const deployment = { ...ROUND, ...changes };
  const { sequencesPerRank } = deployment;
  const options = { deployment, sequencesPerRank, isCacheShared: true, random: () => 0.5 };
  const worker = new Worker(options, timeline);
  const events: [job: string, what: string, ms: number][] = [];
  const takeBack: Record<string, () => void> = {};
  for (const [name, { blocks = [], arrivedNs = 0, ...job }] of Object.entries(jobs)) {
    const note = (what: string, ns: number) => events.push([name, what, ns / 1e6]);
    timeline.at(arrivedNs, () => {
      takeBack[name] = worker.submit({
        inputTokens: 50,
        outputTokens: 1,
        isPrefilled: false,
        onStart: (ns, cached) => note(`start ${cached}`, ns),
        onPrefilled: (ns) => note('prefilled', ns),
        onToken: (ns) => note('token', ns),
        ...job,
        arrivedNs,
        blocks: Float64Array.from(blocks),
      });
    });
  }
  return { clock, timeline, worker, events, takeBack };
}

const run = (changes: Partial<Deployment>, jobs: Record<string, Given>) => {
  const served = serve(changes, jobs);
  served.clock.run();
  return served.events;
};
const MS = 1e6;

test('Worker computes a prompt, which makes the first token, and decodes the others', () => {
  expect(run({}, { a: { arrivedNs: 5 * MS, outputTokens: 3 } })).toEqual([
    ['a', 'start 0', 5],
    ['a', 'prefilled', 55],
    ['a', 'token', 55],
    ['a', 'token', 65],
    ['a', 'token', 75],
  ]);
});

test('Worker cuts a long prompt into chunks, each of which stalls the tokens of others', () => {
  const events = run(
    {},
    {
      a: { inputTokens: 10, outputTokens: 4 },
      b: { inputTokens: 198, arrivedNs: 15 * MS },
    },
  );
  // Tokens of `a` would come at 10, 20, 30 and 40. Room for its token leaves 99 of 100 to `b`.
  expect(events).toEqual([
    ['a', 'start 0', 0],
    ['a', 'prefilled', 10],
    ['a', 'token', 10],
    ['a', 'token', 20],
    ['b', 'start 0', 20],
    ['a', 'token', 129],
    ['a', 'token', 238],
    ['b', 'prefilled', 238],
    ['b', 'token', 238],
  ]);
});

test('Worker has a step for a batch: more sequences make it longer, and no token waits', () => {
  const events = run(
    { decodeSequenceMs: 5, sequencesPerRank: 3 },
    {
      a: { isPrefilled: true, outputTokens: 2 },
      b: { isPrefilled: true, outputTokens: 1 },
      c: { isPrefilled: true, outputTokens: 1 },
    },
  );
  expect(events.filter(([, what]) => what === 'token')).toEqual([
    ['a', 'token', 25],
    ['b', 'token', 25],
    ['c', 'token', 25],
    ['a', 'token', 40],
  ]);
});

test('Worker has a place for so many, and a queue in order of arrival', () => {
  const events = run(
    { sequencesPerRank: 1 },
    {
      a: { isPrefilled: true, outputTokens: 2 },
      b: { isPrefilled: true },
      c: { isPrefilled: true },
    },
  );
  expect(events.filter(([, what]) => what.startsWith('start'))).toEqual([
    ['a', 'start 0', 0],
    ['b', 'start 0', 20],
    ['c', 'start 0', 30],
  ]);
});

test('Worker fills its emptiest rank, and its ranks step together', () => {
  const events = run(
    { ranks: 2 },
    {
      a: { inputTokens: 40 },
      b: { inputTokens: 60, outputTokens: 2 },
    },
  );
  expect(events.slice(2)).toEqual([
    ['a', 'prefilled', 60],
    ['a', 'token', 60],
    ['b', 'prefilled', 60],
    ['b', 'token', 60],
    ['b', 'token', 70],
  ]);
});

test('Worker computes what is not cached, and the last token always', () => {
  const events = run(
    { sequencesPerRank: 1 },
    {
      a: { blocks: [1, 2, 3, 4, 5] },
      b: { blocks: [1, 2, 9, 8, 7] },
      c: { blocks: [1, 2, 9, 8, 7] },
    },
  );
  expect(events.filter(([, what]) => what !== 'token')).toEqual([
    ['a', 'start 0', 0],
    ['a', 'prefilled', 50],
    ['b', 'start 20', 50],
    ['b', 'prefilled', 80],
    ['c', 'start 49', 80],
    ['c', 'prefilled', 81],
  ]);
});

test('Worker lets a request wait for blocks that others use', () => {
  const events = run(
    { cacheBlocks: 10 },
    {
      a: { inputTokens: 60, outputTokens: 2 },
      b: { inputTokens: 50 },
    },
  );
  expect(events.filter(([, what]) => what.startsWith('start'))).toEqual([
    ['a', 'start 0', 0],
    ['b', 'start 0', 70],
  ]);
});

test('Worker takes back what waits at once, and what runs with the step that runs', () => {
  const { clock, timeline, worker, events, takeBack } = serve(
    { sequencesPerRank: 1 },
    {
      a: { isPrefilled: true, outputTokens: 9 },
      b: { isPrefilled: true },
      c: { isPrefilled: true },
    },
  );
  timeline.at(15 * MS, () => {
    takeBack['a']!();
    takeBack['b']!();
    expect([worker.running, worker.waiting]).toEqual([1, 1]);
  });
  clock.run();
  expect(events.filter(([name]) => name !== 'a')).toEqual([
    ['c', 'start 0', 20],
    ['c', 'token', 30],
  ]);
  expect([worker.running, worker.waiting, worker.cache.usedBlocks]).toEqual([0, 0, 0]);
});

test('Worker scales its steps and stays on them however late it is called', () => {
  const events = run({ timeScale: 0.1 }, { a: { outputTokens: 2 } });
  expect(events.at(-1)).toEqual(['a', 'token', 6]);
});

test('Worker refuses what its whole cache cannot hold', () => {
  const { worker } = serve({ cacheBlocks: 5 }, {});
  const job = { arrivedNs: 0, blocks: new Float64Array(0), isPrefilled: false };
  expect(() => worker.submit({ ...job, inputTokens: 50, outputTokens: 2 })).toThrow(
    'Cannot serve request: it needs 6 blocks of KV cache, expected at most 5',
  );
  worker.submit({ ...job, inputTokens: 50, outputTokens: 1 });
});

const STEP: Deployment = {
  ...DEPLOYMENTS['aggregated-round-robin'],
  rankPrefillTokensPerS: 1000,
  workerPrefillTokensPerS: 4000,
  decodeStepMs: 10,
  decodeSequenceMs: 1,
};
const rank = (decoding: number, prefillTokens = 0): RankLoad => ({ decoding, prefillTokens });

const steps: [behaviour: string, ranks: RankLoad[], ms: number][] = [
  ['is nothing without work', [rank(0), rank(0)], 0],
  ['has a price for decoding at all', [rank(1), rank(0)], 11],
  ['grows with the fullest rank', [rank(8), rank(2)], 18],
  ['does not grow with the others', [rank(8), rank(8)], 18],
  ['computes a chunk on one rank', [rank(0, 100), rank(0)], 125],
  ['computes a second chunk for the price of the experts', [rank(0, 100), rank(0, 100)], 150],
  ['waits for the longest chunk', [rank(0, 100), rank(0, 20)], 130],
  ['holds up the tokens of all ranks for a chunk of one', [rank(3, 100), rank(8)], 143],
];

test.each(steps)('stepNs() %s', (_behaviour, ranks, ms) => {
  expect(stepNs(STEP, ranks) / 1e6).toBeCloseTo(ms, 9);
});
