import type { AiperfDistribution } from './distribution.ts';
import type { AiperfError } from './record-line.ts';
import type { AiperfMetric } from './request-metrics.ts';
import type { AiperfRunMetric } from './run-metrics.ts';

/** What both summary files of aiperf show. */
export interface AiperfProfile {
  readonly distributions: readonly (AiperfMetric & { readonly figures: AiperfDistribution })[];
  readonly runMetrics: readonly AiperfRunMetric[];
  /** Kinds of error, the most frequent first. */
  readonly errors: readonly { readonly error: AiperfError; readonly count: number }[];
}

/** Order of Python's `sorted` on tags. */
export function byTag(left: AiperfMetric, right: AiperfMetric): number {
  return left.tag < right.tag ? -1 : left.tag > right.tag ? 1 : 0;
}
