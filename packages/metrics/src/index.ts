export { Accumulator, type OkSum } from './accumulator/accumulator.ts';
export {
  type AccumulatorState,
  accumulatorState,
  accumulatorStateSchema,
  addAccumulatorState,
} from './accumulator/accumulator-state.ts';
export {
  ALL_ROWS_METRICS,
  ALL_ROWS_TAGS,
  type AllRowsTag,
  CATALOG,
  FROM_SCHEDULE,
  isRequestMetric,
  METRIC_TAGS,
  type MetricRow,
  type MetricTag,
  REQUEST_METRICS,
  type RequestMetric,
} from './record/catalog.ts';
export { compareSides, type CompareOptions, FEWEST_REPEATS } from './compare/compare.ts';
export {
  type ComparedRun,
  type ComparedSide,
  RunCollector,
  type RunLoad,
} from './compare/compared-run.ts';
export {
  type Comparison,
  COMPARISON_SCHEMA_VERSION,
  comparisonSchema,
  type Contest,
  type MetricComparison,
} from './schemas/comparison.ts';
export {
  conditionDifferences,
  type ConditionDifference,
  SAME_CONDITIONS,
  type SameCondition,
} from './compare/conditions-check.ts';
export { checkRecord, isOk, type OkRecord } from './record/check-record.ts';
export {
  type Conditions,
  conditionsSchema,
  type InputConfig,
  inputConfigSchema,
  rowsOf,
  type RunIdentity,
  runIdentitySchema,
  SCHEMA_VERSION,
} from './schemas/conditions.ts';
export { renderComparisonMarkdown } from './report/comparison/markdown.ts';
export { renderComparisonText } from './report/comparison/text.ts';
export { renderCsv } from './files/csv.ts';
export type { ExportedFile, Exporter, ExportInput } from './files/exporter.ts';
export { EXPORTERS, RECORD_EXPORTERS, renderFiles } from './exporters.ts';
export { type HlogInterval, renderHlog } from './files/hlog.ts';
export { renderComparisonJson, renderJson } from './files/json.ts';
export type { RecordExport, RecordExporter, RecordExportInput } from './files/record-exporter.ts';
export { renderText, type TextOptions } from './report/run/text.ts';
export {
  FAILURE_CLASSES,
  FAILURE_SENTENCES,
  type FailureClass,
  TIMEOUT_PHASES,
  type TimeoutPhase,
} from './record/failure.ts';
export {
  type Fidelity,
  fidelitySchema,
  LATENCY_CLAIMS,
  type LatencyClaimTag,
  type Reason,
  reasonSchema,
  type Verdict as FidelityVerdict,
  VERDICTS,
} from './schemas/fidelity.ts';
export {
  addLogCounts,
  countDuration,
  createLogCounts,
  type LogCounts,
  quantileOf,
} from './count/log-counts.ts';
export { judgeError } from './fidelity/judge-claims.ts';
export { type Lateness, type Readings, readingsSchema } from './schemas/readings.ts';
export { describeReason } from './fidelity/sentences.ts';
export { type CountedRows, fidelityOf } from './fidelity/verdict.ts';
export { judge, type Verdict } from './record/goodput.ts';
export { HIGHEST_NS, Histogram, isEnoughFor, type PerMille, rankOf } from './count/histogram.ts';
export { isWithin, type Latency, latencyOf, roundedNs } from './record/latency.ts';
export { PERCENTILES, type PercentileKey } from './summary/metric-summaries.ts';
export { formatObjectives, type Objective, parseObjectives } from './record/objectives.ts';
export { encodeRecord, parseRecord } from './record/record-line.ts';
export {
  type Failure,
  type Note,
  NOTES,
  type Outcome,
  OUTCOMES,
  RECORD_SCHEMA_VERSION,
  recordSchema,
  type RequestRecord,
} from './record/record.ts';
export { type RunState, runStateSchema, type ShardState } from './schemas/run-state.ts';
export {
  type AllRowsDistribution,
  type Distribution,
  type MetricSummaries,
  RUN_STATUSES,
  type RunStatus,
  type Summary,
  summarySchema,
} from './schemas/summary.ts';
export {
  type ServerEndpoint,
  type ServerMetrics,
  serverMetricsSchema,
  type ServerSeries,
} from './schemas/server-metrics.ts';
export { mergeRunStates, type ShardRun } from './merge/merge-run-states.ts';
export { missingShards } from './merge/shards.ts';
export { differencesBetweenShards } from './merge/shard-conditions.ts';
export { summarize, type SummaryContext } from './summary/summary.ts';
export {
  formatDecimal,
  formatMeasure,
  formatShare,
  formatShort,
  msToNs,
  nsToMs,
  nsToSeconds,
} from './values/units.ts';
