// What our own packages use beyond the public names. It may change with any release.
export { conditionsOf } from './conditions.ts';
export type { TimerFigures } from './dry-run.ts';
export { resolveOptions } from './options.ts';
export { createPromptWriter } from './prompt/prompt.ts';
export type { Misfit } from './self-check/fit/plan-fit.ts';
export { zeroAt } from './time/clock.ts';

// The trace commands' flags and texts.
export { parseShard } from './schedule/shard.ts';
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
