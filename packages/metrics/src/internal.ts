// What our own packages use beyond the public names. It may change with any release.
export * from './counts.ts';
export {
  accumulatorState,
  accumulatorStateSchema,
  addAccumulatorState,
} from './accumulator/accumulator-state.ts';
export { conditionDifferences } from './compare/conditions-check.ts';
export { RECORD_EXPORTERS } from './exporters.ts';
export { judgeError } from './fidelity/judge-claims.ts';
export { type ErrorSources, ownErrorOf } from './fidelity/own-error.ts';
export { describeObstacles } from './fidelity/obstacles.ts';
export { fidelityOf } from './fidelity/verdict.ts';
export type { RecordExporter, RecordExportInput } from './files/exporter.ts';
export {
  differencesBetweenShards,
  mergeRunStates,
  type ShardRun,
} from './merge/merge-run-states.ts';
export { missingShards } from './merge/shards.ts';
export { checkRecord } from './record/check-record.ts';
export type { TimeoutPhase } from './record/failure.ts';
export { keeps } from './record/goodput.ts';
export { COALESCED_BELOW_NS, Latencies, roundedNs } from './record/latency.ts';
export { DEFAULT_OBJECTIVES, objectivesForFile, objectivesFromFile } from './record/objectives.ts';
export { type Failure, type Note, OUTCOMES, type StreamNote } from './record/record.ts';
export { SAME_CONDITIONS, type SameCondition } from './schemas/comparison.ts';
export {
  conditionsSchema,
  type InputConfig,
  rowsOf,
  type RunIdentity,
  SCHEMA_VERSION,
} from './schemas/conditions.ts';
export { JUDGED_FIGURES, type JudgedFigure } from './schemas/fidelity.ts';
export { type Lateness, type Readings, readingsSchema } from './schemas/readings.ts';
export { zeroOf } from './schemas/run-state.ts';
export {
  type ServerEndpoint,
  type ServerMetrics,
  serverMetricsSchema,
  type ServerSeries,
} from './schemas/server-metrics.ts';
export { summarizeState } from './summary/summarize-state.ts';
export {
  type ProbePurpose,
  type SearchFile,
  searchFileSchema,
  type SearchPlan,
  type SearchProbe,
} from './schemas/search.ts';
export { probeLines, renderCapacityRatio, renderSearch } from './report/search/text.ts';
export { capacityRatio, differencesBetweenSearches } from './search/compare-searches.ts';
export { measureWindow, type ProbeRow } from './search/measure-window.ts';
export { nextStep, type SearchOutcome } from './search/next-probe.ts';
export { OverloadWatch } from './search/overload-watch.ts';
export { probeRowOf } from './search/probe-row.ts';
export { type SearchResult, searchResult } from './search/search-result.ts';
export { printable } from './values/printable.ts';
export { formatDecimal, formatMeasure, formatShare, formatShort } from './values/units.ts';
