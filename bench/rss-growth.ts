import type { MemorySample } from './machine/process-tree.ts';
import type { Plateau } from './pairs.ts';
import { percentile } from './statistics.ts';

/**
 * How much more memory a process has late on a plateau of constant load than early: the median of
 * the last quarter against that of the first, in percent. Medians, because a heap breathes.
 *
 * @param samples at their times since the process began; its start-up is small beside the plateau
 * @returns `undefined` if a quarter has no sample
 */
export function rssGrowthPercent(
  samples: readonly MemorySample[],
  { fromMs, toMs }: Plateau,
): number | undefined {
  const quarterMs = (toMs - fromMs) / 4;
  const medianBetween = (startMs: number, endMs: number) =>
    percentile(
      samples.flatMap(({ atMs, rssBytes }) => (atMs >= startMs && atMs < endMs ? rssBytes : [])),
      0.5,
    );
  const early = medianBetween(fromMs, fromMs + quarterMs);
  const late = medianBetween(toMs - quarterMs, toMs);
  return early === undefined || late === undefined ? undefined : 100 * (late / early - 1);
}
