export type { ArrivalStatistics } from './trace/analyze-arrivals.ts';
export type { BlockStatistics, DatagenStatistics } from './trace/analyze-blocks.ts';
export type { CachePoint, CacheStatistics, ReuseDistance } from './trace/analyze-cache.ts';
export {
  MAX_WORKERS,
  type RoutingResult,
  type RoutingStatistics,
} from './trace/analyze-routing.ts';
export {
  analyzeTrace,
  type AnalyzeOptions,
  type RecipeStatistics,
  type TraceAnalysis,
} from './trace/analyze.ts';
export { Distribution, type DistributionSummary, type Percentiles } from './trace/distribution.ts';
export { encodeRow, type EncodeOptions } from './trace/encode.ts';
export { learnTrace } from './trace/learn-trace.ts';
export { mendTrace, type MendedTrace } from './trace/mend.ts';
export { readRows, type ReadRowsOptions } from './trace/read.ts';
export { checkedShard, isInShard, parseShard, type Shard } from './trace/shard.ts';
export { openTrace, type TraceSource } from './trace/source.ts';
export { synthesize, type Synthesis, type SynthesisTally } from './trace/synthesize.ts';
export { type LearnOptions, TraceLearner, type TraceModel } from './trace/synthesize-model.ts';
export { synthesisFileName } from './trace/synthesize-name.ts';
export {
  type Compat,
  COMPATS,
  resolveSynthesisOptions,
  type SynthesisOptions,
  synthesisOptionsSchema,
} from './trace/synthesize-options.ts';
export {
  capInput,
  capOutput,
  inTurn,
  keepFirst,
  keepShard,
  keepWindow,
  renumberIds,
  type RowTransform,
  speedUp,
  splitBlocks,
} from './trace/transform.ts';
export { type ValidatedCounts, validateTrace, type ValidateOptions } from './trace/validate.ts';
