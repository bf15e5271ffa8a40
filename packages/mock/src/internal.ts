// What our own packages use beyond the public names. It may change with any release.
export { DIALECTS, type Dialect, type DialectName } from './dialect/dialect.ts';
export {
  decodeJournal,
  encodeJournal,
  type Journal,
  type JournalClock,
  type JournalSummary,
} from './journal/journal.ts';
export type { LagSummary } from './journal/lag-histogram.ts';
export { mockOptionsSchema, type MockOptions } from './scenario/options.ts';
export type { ArrivedRequest, ScenarioRules } from './scenario/rules.ts';
export { scenarioSchema } from './scenario/scenario.ts';
export {
  type Deployment,
  type DeploymentInput,
  DEPLOYMENTS,
  deploymentSchema,
} from './serving/deployment/deployment.ts';
export type { ModelledServingOptions } from './serving/deployment/modelled-serving.ts';
export type { SimulatedRequest, SimulatedService } from './serving/deployment/simulate.ts';
export {
  type TraceWork,
  worksOfTrace,
  type TraceWorksOptions,
} from './serving/deployment/trace-works.ts';
export { latencySchema, planEmissions, type Emissions, type Latency } from './serving/latency.ts';
export type { ServiceFacts, Work } from './serving/model.ts';
export { type JournalEntry, type JournalOutcome } from './journal/request-log.ts';
