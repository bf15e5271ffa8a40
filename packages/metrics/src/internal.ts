// What our own packages use beyond the public names. It may change with any release.
export {
  accumulatorState,
  accumulatorStateSchema,
  addAccumulatorState,
} from './accumulator/accumulator-state.ts';
export type { OkSum } from './accumulator/accumulator.ts';
export { FEWEST_REPEATS } from './compare/compare.ts';
export { RunCollector, type RunLoad } from './compare/compared-run.ts';
export { conditionDifferences, type ConditionDifference } from './compare/conditions-check.ts';
export { HIGHEST_NS, isEnoughFor, type PerMille, rankOf } from './count/histogram.ts';
export {
  addLogCounts,
  countDuration,
  createLogCounts,
  type LogCounts,
  quantileOf,
} from './count/log-counts.ts';
export { RECORD_EXPORTERS } from './exporters.ts';
export { judgeError } from './fidelity/judge-claims.ts';
export { type CountedRows, fidelityOf } from './fidelity/verdict.ts';
export { renderCsv } from './files/csv.ts';
export { type HlogInterval, renderHlog } from './files/hlog.ts';
export { renderComparisonJson, renderJson } from './files/json.ts';
export type { RecordExport, RecordExportInput } from './files/record-exporter.ts';
export { mergeRunStates, type ShardRun } from './merge/merge-run-states.ts';
export { differencesBetweenShards } from './merge/shard-conditions.ts';
export { missingShards } from './merge/shards.ts';
export {
  ALL_ROWS_METRICS,
  ALL_ROWS_TAGS,
  type AllRowsTag,
  FROM_SCHEDULE,
  isRequestMetric,
  METRIC_TAGS,
  REQUEST_METRICS,
} from './record/catalog.ts';
export { checkRecord, isOk, type OkRecord } from './record/check-record.ts';
export { FAILURE_SENTENCES, TIMEOUT_PHASES, type TimeoutPhase } from './record/failure.ts';
export { isWithin, roundedNs } from './record/latency.ts';
export { OUTCOMES } from './record/record.ts';
export {
  COMPARISON_SCHEMA_VERSION,
  type Contest,
  type MetricComparison,
} from './schemas/comparison.ts';
export {
  conditionsSchema,
  type InputConfig,
  inputConfigSchema,
  rowsOf,
  type RunIdentity,
  runIdentitySchema,
  SCHEMA_VERSION,
} from './schemas/conditions.ts';
export {
  fidelitySchema,
  LATENCY_CLAIMS,
  type LatencyClaimTag,
  reasonSchema,
  type Verdict as FidelityVerdict,
  VERDICTS,
} from './schemas/fidelity.ts';
export { type Lateness, type Readings, readingsSchema } from './schemas/readings.ts';
export { type ShardState, zeroOf } from './schemas/run-state.ts';
export {
  type ServerEndpoint,
  type ServerMetrics,
  serverMetricsSchema,
  type ServerSeries,
} from './schemas/server-metrics.ts';
export {
  type AllRowsDistribution,
  type MetricSummaries,
  RUN_STATUSES,
  type RunStatus,
} from './schemas/summary.ts';
export { PERCENTILES, type PercentileKey } from './summary/metric-summaries.ts';
export { summarizeState } from './summary/summarize-state.ts';
export {
  formatDecimal,
  formatMeasure,
  formatShare,
  formatShort,
  msToNs,
  nsToMs,
  nsToSeconds,
} from './values/units.ts';
export { SAME_CONDITIONS, type SameCondition } from './schemas/comparison.ts';
