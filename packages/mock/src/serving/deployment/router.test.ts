import { expect, test } from 'vitest';

import { createRandom } from '../../time/random.ts';
import { chooseByCost, createRoundRobin, type Candidate } from './router.ts';

const worker = (overlapBlocks = 0, prefillTokens = 0, activeBlocks = 0): Candidate => ({
  overlapBlocks,
  prefillTokens,
  activeBlocks,
});
const never = () => {
  throw new Error('nothing to draw');
};

const table: [behaviour: string, candidates: Candidate[], overlapWeight: number, index: number][] =
  [
    ['goes where the prompt is cached', [worker(0), worker(5)], 1, 1],
    ['goes elsewhere where more waits than the cache saves', [worker(0), worker(5, 640)], 1, 0],
    ['looks at the blocks held', [worker(0, 0, 9), worker(0, 0, 8)], 1, 1],
    ['weighs a block to compute against a block held', [worker(5, 0, 6), worker(0)], 1, 1],
    ['weighs it more when told to', [worker(5, 0, 6), worker(0)], 2, 0],
    ['looks at load alone with weight 0', [worker(9, 0, 1), worker(0)], 0, 1],
    ['saves no more than there is', [worker(50, 64), worker(10)], 1, 1],
  ];

test.each(table)('chooseByCost() %s', (_behaviour, candidates, overlapWeight, index) => {
  const options = { overlapWeight, blockTokens: 64 };
  expect(chooseByCost(candidates, 640, options, never)).toBe(index);
});

test('chooseByCost() draws among equals, the same ones for the same seed', () => {
  const options = { overlapWeight: 1, blockTokens: 64 };
  const candidates = [worker(1), worker(0), worker(1)];
  const draws = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 40 }, () => chooseByCost(candidates, 640, options, random));
  };
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
  expect(new Set(draws(1))).toEqual(new Set([0, 2]));
});

test('createRoundRobin() takes candidates in turn', () => {
  const inTurn = createRoundRobin();
  expect([1, 2, 3, 4].map(() => inTurn([worker(), worker(), worker()]))).toEqual([0, 1, 2, 0]);
});
