import { expect, test } from 'vitest';

import { createRandom } from '../../time/random.ts';
import { createRouter, type Candidate } from './router.ts';

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

const kvAware = { router: 'kv-aware', overlapWeight: 1, blockTokens: 64 } as const;

test.each(table)('createRouter() %s', (_behaviour, candidates, overlapWeight, index) => {
  const route = createRouter({ ...kvAware, overlapWeight }, never);
  expect(route(candidates, 640)).toBe(index);
});

test('createRouter() draws among equals, the same ones for the same seed', () => {
  const candidates = [worker(1), worker(0), worker(1)];
  const draws = (seed: number) => {
    const route = createRouter(kvAware, createRandom(seed));
    return Array.from({ length: 40 }, () => route(candidates, 640));
  };
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
  expect(new Set(draws(1))).toEqual(new Set([0, 2]));
});

test('createRouter() takes candidates in turn for round-robin', () => {
  const route = createRouter({ ...kvAware, router: 'round-robin' }, never);
  expect([1, 2, 3, 4].map(() => route([worker(), worker(), worker()], 640))).toEqual([0, 1, 2, 0]);
});
