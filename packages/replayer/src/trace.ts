export { scanTrace, type TraceScan } from './scan/scan.ts';
export type { Shard } from './schedule/shard.ts';
export {
  analyzeTrace,
  type AnalyzeOptions,
  type TraceAnalysis,
} from './trace-tools/analyze/analyze.ts';
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
export { type LearnOptions, learnTrace, type TraceModel } from './trace-tools/synthesize/model.ts';
export type { Compat, SynthesisOptions } from './trace-tools/synthesize/options.ts';
export {
  synthesize,
  type Synthesis,
  type SynthesisTally,
} from './trace-tools/synthesize/synthesize.ts';
export { encodeRow, type EncodeOptions } from './trace/encode.ts';
export { readRows, type ReadRowsOptions } from './trace/read.ts';
export type { OtherField } from './trace/other-fields.ts';
export type { BlockId, TraceRow } from './trace/row.ts';
export { openTrace, type TraceSource } from './trace/source.ts';
export type { TimeUnit } from './trace/time-unit.ts';
