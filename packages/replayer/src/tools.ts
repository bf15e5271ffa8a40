// What our own trace commands use beyond the public names; no other command loads it. It may change
// with any release.
export type { RecipeStatistics } from './trace-tools/analyze/analyze.ts';
export type { ArrivalStatistics } from './trace-tools/analyze/arrivals.ts';
export type { BlockStatistics, DatagenStatistics } from './trace-tools/analyze/blocks.ts';
export type { CacheStatistics } from './trace-tools/analyze/cache.ts';
export {
  MAX_WORKERS,
  type RoutingResult,
  type RoutingStatistics,
} from './trace-tools/analyze/routing.ts';
export {
  type DistributionSummary,
  type Percentiles,
  ValueCounts,
} from './trace-tools/analyze/value-counts.ts';
export {
  COMPATS,
  resolveSynthesisOptions,
  synthesisFileName,
  synthesisOptionsSchema,
} from './trace-tools/synthesize/options.ts';
