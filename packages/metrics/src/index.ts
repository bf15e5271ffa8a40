export { Accumulator } from './accumulator/accumulator.ts';
export { compareSides, type CompareOptions } from './compare/compare.ts';
export { type ComparedRun, type ComparedSide, RunCollector } from './compare/compared-run.ts';
export type { ConditionDifference } from './compare/conditions-check.ts';
export { Histogram } from './count/histogram.ts';
export { renderFiles } from './exporters.ts';
export {
  type DecidingReason,
  decidingReasons,
  formatVerdict,
} from './fidelity/deciding-reasons.ts';
export { describeReason } from './fidelity/sentences.ts';
export type { ExportedFile, ExportInput } from './files/exporter.ts';
export { renderJson as renderComparisonJson } from './files/json.ts';
export { CATALOG, type MetricTag, type RequestMetric } from './record/catalog.ts';
export { FAILURE_CLASSES, type FailureClass } from './record/failure.ts';
export { judge, type Judgement } from './record/goodput.ts';
export { type Latency, latencyOf } from './record/latency.ts';
export { formatObjectives, type Objective, parseObjectives } from './record/objectives.ts';
export { encodeRecord, parseRecord } from './record/record-line.ts';
export { recordSchema, type RequestRecord } from './record/record.ts';
export { renderComparisonMarkdown } from './report/comparison/markdown.ts';
export { renderComparisonText } from './report/comparison/text.ts';
export type { TextOptions } from './report/layout.ts';
export { renderText } from './report/run/text.ts';
export { type Comparison, comparisonSchema } from './schemas/comparison.ts';
export type { Conditions } from './schemas/conditions.ts';
export type { Fidelity, Reason } from './schemas/fidelity.ts';
export { type RunState, runStateSchema } from './schemas/run-state.ts';
export { type Summary, summarySchema } from './schemas/summary.ts';
export { summarize, type SummaryContext } from './summary/summary.ts';
