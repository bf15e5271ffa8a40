import { expect, test } from 'vitest';

import { DEPLOYMENTS } from './deployment.ts';
import { stepNs, type RankLoad } from './step-time.ts';

const deployment = {
  ...DEPLOYMENTS['aggregated-round-robin'],
  rankPrefillTokensPerS: 1000,
  workerPrefillTokensPerS: 4000,
  decodeStepMs: 10,
  decodeSequenceMs: 1,
};
const rank = (decoding: number, prefillTokens = 0): RankLoad => ({ decoding, prefillTokens });

const table: [behaviour: string, ranks: RankLoad[], ms: number][] = [
  ['is nothing without work', [rank(0), rank(0)], 0],
  ['has a price for decoding at all', [rank(1), rank(0)], 11],
  ['grows with the fullest rank', [rank(8), rank(2)], 18],
  ['does not grow with the others', [rank(8), rank(8)], 18],
  ['computes a chunk on one rank', [rank(0, 100), rank(0)], 125],
  ['computes a second chunk for the price of the experts', [rank(0, 100), rank(0, 100)], 150],
  ['waits for the longest chunk', [rank(0, 100), rank(0, 20)], 130],
  ['holds up the tokens of all ranks for a chunk of one', [rank(3, 100), rank(8)], 143],
];

test.each(table)('stepNs() %s', (_behaviour, ranks, ms) => {
  expect(stepNs(deployment, ranks) / 1e6).toBeCloseTo(ms, 9);
});
