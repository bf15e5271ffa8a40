import type { Contest } from '../schemas/comparison.ts';
import { mcNemar } from './statistics/mcnemar.ts';
import type { PairedRows } from './paired-rows.ts';

/** Rows of all pairs by who lost them: by whom their answer never came to its end. */
export function countLost(pairs: readonly PairedRows[]): Contest['lost'] {
  const lost = { both: 0, first_only: 0, second_only: 0 };
  for (const { latencyMs } of pairs) {
    const { first, second } = latencyMs.request_latency;
    for (const [row, ofFirst] of first.entries()) {
      const [isFirst, isSecond] = [ofFirst === Infinity, second[row] === Infinity];
      if (isFirst || isSecond) lost[!isFirst ? 'second_only' : isSecond ? 'both' : 'first_only']++;
    }
  }
  return lost;
}

/** Rows of all pairs by who was good, and McNemar's test on those where the sides disagree. */
export function countGood(pairs: readonly PairedRows[]): NonNullable<Contest['verdicts']> {
  const counts = { both_good: 0, first_only: 0, second_only: 0, neither: 0 };
  for (const { good } of pairs) {
    for (const [row, ofFirst] of good.first.entries()) {
      if (good.second[row] === 1) counts[ofFirst === 1 ? 'both_good' : 'second_only']++;
      else counts[ofFirst === 1 ? 'first_only' : 'neither']++;
    }
  }
  return { ...counts, p: mcNemar(counts.first_only, counts.second_only).p };
}
