import { expect, test } from 'vitest';

import { rssGrowthPercent } from './rss-growth.ts';

const samples = (rssAt: (second: number) => number) =>
  Array.from({ length: 100 }, (_, second) => ({ atMs: second * 1000, rssBytes: rssAt(second) }));
const plateau = { fromMs: 20_000, toMs: 100_000 };

test('rssGrowthPercent() sees a leak, and no growth in a heap that breathes', () => {
  // 1 MB more a second on 100 MB: from 129 in the first quarter to 189 in the last.
  expect(
    rssGrowthPercent(
      samples((s) => 100 + s),
      plateau,
    ),
  ).toBeCloseTo((189 / 129 - 1) * 100, 6);
  const breathing = samples((s) => (s < 20 ? s : 150 + (s % 7)));
  expect(Math.abs(rssGrowthPercent(breathing, plateau)!)).toBeLessThan(1);
  expect(rssGrowthPercent(samples(() => 1).slice(0, 50), plateau)).toBeUndefined();
});
