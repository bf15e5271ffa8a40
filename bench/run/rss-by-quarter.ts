import type { MemorySample } from '../machine/process-tree.ts';
import type { Plateau } from '../levels/pairs.ts';
import { percentile } from '../figures/statistics.ts';

/**
 * The memory of a process in each quarter of a plateau of constant load, in bytes: the median of
 * each, because a heap breathes.
 *
 * @param samples at their times since the process began; its start-up is small beside the plateau
 * @returns `undefined` for a quarter without a sample
 */
export function rssByQuarter(
  samples: readonly MemorySample[],
  { fromMs, toMs }: Plateau,
): readonly [Quarter, Quarter, Quarter, Quarter] {
  const quarterMs = (toMs - fromMs) / 4;
  const medianOf = (quarter: number): Quarter => {
    const startMs = fromMs + quarter * quarterMs;
    return percentile(
      samples.flatMap(({ atMs, rssBytes }) =>
        atMs >= startMs && atMs < startMs + quarterMs ? rssBytes : [],
      ),
      0.5,
    );
  };
  return [medianOf(0), medianOf(1), medianOf(2), medianOf(3)];
}

type Quarter = number | undefined;
