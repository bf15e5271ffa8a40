import { expect, test } from 'vitest';

import { rssByQuarter } from './rss-by-quarter.ts';

const samples = (rssAt: (second: number) => number) =>
  Array.from({ length: 100 }, (_, second) => ({ atMs: second * 1000, rssBytes: rssAt(second) }));
const plateau = { fromMs: 20_000, toMs: 100_000 };

test.each<[memory: string, rssAt: (second: number) => number, quarters: number[]]>([
  // 1 more a second on 100; what lies before the plateau does not count.
  ['that leaks', (s) => (s < 20 ? 900 : 100 + s), [129, 149, 169, 189]],
  ['that breathes', (s) => 150 + (s % 5), [152, 152, 152, 152]],
])('rssByQuarter() tells memory %s', (_memory, rssAt, quarters) => {
  expect(rssByQuarter(samples(rssAt), plateau)).toEqual(quarters);
});

test('rssByQuarter() knows nothing of a quarter without a sample', () => {
  const early = samples(() => 1).slice(0, 50);
  expect(rssByQuarter(early, plateau)).toEqual([1, 1, undefined, undefined]);
});
