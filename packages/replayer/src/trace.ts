export { scanTrace, type TraceScan } from './scan/scan.ts';
export { checkedShard, isInShard, parseShard, type Shard } from './schedule/shard.ts';
export {
  analyzeTrace,
  type AnalyzeOptions,
  type RecipeStatistics,
  type TraceAnalysis,
} from './trace-tools/analyze/analyze.ts';
export type { ArrivalStatistics } from './trace-tools/analyze/arrivals.ts';
export type { BlockStatistics, DatagenStatistics } from './trace-tools/analyze/blocks.ts';
export type { CacheStatistics } from './trace-tools/analyze/cache.ts';
export {
  type DistributionSummary,
  type Percentiles,
  ValueCounts,
} from './trace-tools/analyze/value-counts.ts';
export {
  MAX_WORKERS,
  type RoutingResult,
  type RoutingStatistics,
} from './trace-tools/analyze/routing.ts';
export { mendTrace, type MendedTrace } from './trace-tools/edit/mend.ts';
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
} from './trace-tools/edit/transform.ts';
export {
  type ValidatedCounts,
  validateTrace,
  type ValidateOptions,
} from './trace-tools/edit/validate.ts';
export {
  type LearnOptions,
  learnTrace,
  TraceLearner,
  type TraceModel,
} from './trace-tools/synthesize/model.ts';
export {
  type Compat,
  COMPATS,
  resolveSynthesisOptions,
  synthesisFileName,
  type SynthesisOptions,
  synthesisOptionsSchema,
} from './trace-tools/synthesize/options.ts';
export {
  synthesize,
  type Synthesis,
  type SynthesisTally,
} from './trace-tools/synthesize/synthesize.ts';
export { encodeRow, type EncodeOptions } from './trace/encode.ts';
export { readRows, type ReadRowsOptions } from './trace/read.ts';
export type { BlockId, TraceRow } from './trace/row.ts';
export { openTrace, type TraceSource } from './trace/source.ts';
