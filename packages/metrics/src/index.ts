export type { AccumulatorState } from './accumulator/accumulator-state.ts';
export { Accumulator } from './accumulator/accumulator.ts';
export { compareSides, type CompareOptions } from './compare/compare.ts';
export type { ComparedRun, ComparedSide } from './compare/compared-run.ts';
export { Histogram } from './count/histogram.ts';
export { EXPORTERS, renderFiles } from './exporters.ts';
export { describeReason } from './fidelity/sentences.ts';
export type { ExportedFile, Exporter, ExportInput } from './files/exporter.ts';
export type { RecordExporter } from './files/record-exporter.ts';
export { CATALOG, type MetricRow, type MetricTag, type RequestMetric } from './record/catalog.ts';
export { FAILURE_CLASSES, type FailureClass } from './record/failure.ts';
export { judge, type Verdict } from './record/goodput.ts';
export { type Latency, latencyOf } from './record/latency.ts';
export { formatObjectives, type Objective, parseObjectives } from './record/objectives.ts';
export { encodeRecord, parseRecord } from './record/record-line.ts';
export {
  type Failure,
  type Note,
  NOTES,
  type Outcome,
  RECORD_SCHEMA_VERSION,
  recordSchema,
  type RequestRecord,
} from './record/record.ts';
export { renderComparisonMarkdown } from './report/comparison/markdown.ts';
export { renderComparisonText } from './report/comparison/text.ts';
export { renderText, type TextOptions } from './report/run/text.ts';
export { type Comparison, comparisonSchema } from './schemas/comparison.ts';
export type { Conditions } from './schemas/conditions.ts';
export type { Fidelity, Reason } from './schemas/fidelity.ts';
export { type RunState, runStateSchema } from './schemas/run-state.ts';
export { type Distribution, type Summary, summarySchema } from './schemas/summary.ts';
export { summarize, type SummaryContext } from './summary/summary.ts';
