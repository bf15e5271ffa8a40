export { Accumulator, type OkSum } from './accumulator.ts';
export {
  type AccumulatorState,
  accumulatorState,
  accumulatorStateSchema,
  addAccumulatorState,
} from './accumulator-state.ts';
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
} from './catalog.ts';
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
} from './compare/comparison-schema.ts';
export {
  conditionDifferences,
  type ConditionDifference,
  SAME_CONDITIONS,
  type SameCondition,
} from './compare/conditions-check.ts';
export { checkRecord, isOk, type OkRecord } from './check-record.ts';
export {
  type Conditions,
  conditionsSchema,
  type InputConfig,
  inputConfigSchema,
  rowsOf,
  type RunIdentity,
  runIdentitySchema,
  SCHEMA_VERSION,
} from './conditions.ts';
export { renderComparisonMarkdown } from './export/comparison-markdown.ts';
export { renderComparisonText } from './export/comparison-text.ts';
export { renderCsv } from './export/csv.ts';
export type { ExportedFile, Exporter, ExportInput } from './export/exporter.ts';
export { EXPORTERS, RECORD_EXPORTERS, renderFiles } from './export/exporters.ts';
export { type HlogInterval, renderHlog } from './export/hlog.ts';
export { renderComparisonJson, renderJson } from './export/json.ts';
export type { RecordExport, RecordExporter, RecordExportInput } from './export/record-exporter.ts';
export { renderText, type TextOptions } from './export/text.ts';
export {
  FAILURE_CLASSES,
  FAILURE_SENTENCES,
  type FailureClass,
  TIMEOUT_PHASES,
  type TimeoutPhase,
} from './failure.ts';
export {
  type Fidelity,
  fidelitySchema,
  LATENCY_CLAIMS,
  type LatencyClaimTag,
  type Reason,
  reasonSchema,
  type Verdict as FidelityVerdict,
  VERDICTS,
} from './fidelity/fidelity-schema.ts';
export {
  addLogCounts,
  countDuration,
  createLogCounts,
  type LogCounts,
  quantileOf,
} from './fidelity/log-counts.ts';
export { judgeError } from './fidelity/judge-claims.ts';
export { type Lateness, type Readings, readingsSchema } from './fidelity/readings-schema.ts';
export { describeReason } from './fidelity/sentences.ts';
export { type CountedRows, fidelityOf } from './fidelity/verdict.ts';
export { judge, type Verdict } from './goodput.ts';
export { HIGHEST_NS, Histogram, isEnoughFor, type PerMille, rankOf } from './histogram.ts';
export { isWithin, type Latency, latencyOf, roundedNs } from './latency.ts';
export { PERCENTILES, type PercentileKey } from './metric-summaries.ts';
export { formatObjectives, type Objective, parseObjectives } from './objectives.ts';
export { encodeRecord, parseRecord } from './record-line.ts';
export {
  type Failure,
  type Note,
  NOTES,
  type Outcome,
  OUTCOMES,
  RECORD_SCHEMA_VERSION,
  recordSchema,
  type RequestRecord,
} from './record.ts';
export { type RunState, runStateSchema, type ShardState } from './run-state.ts';
export {
  type AllRowsDistribution,
  type Distribution,
  type MetricSummaries,
  RUN_STATUSES,
  type RunStatus,
  type Summary,
  summarySchema,
} from './summary-schema.ts';
export {
  type ServerEndpoint,
  type ServerMetrics,
  serverMetricsSchema,
  type ServerSeries,
} from './server-metrics.ts';
export { mergeRunStates, type ShardRun } from './merge-run-states.ts';
export { missingShards } from './shards.ts';
export { differencesBetweenShards } from './shard-conditions.ts';
export { summarize, type SummaryContext } from './summary.ts';
export {
  formatDecimal,
  formatMeasure,
  formatShare,
  formatShort,
  msToNs,
  nsToMs,
  nsToSeconds,
} from './units.ts';
