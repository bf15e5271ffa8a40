export { DIALECTS, type Dialect, type DialectName } from './dialect/dialect.ts';
export {
  decodeJournal,
  encodeJournal,
  type Journal,
  type JournalClock,
  type JournalEntry,
  type JournalOutcome,
  type JournalSummary,
} from './journal/journal.ts';
export { type LagSummary } from './journal/lag-histogram.ts';
export { latencySchema, planEmissions, type Emissions, type Latency } from './serving/latency.ts';
export { mockOptionsSchema, type MockOptions, type MockOptionsInput } from './scenario/options.ts';
export { type ArrivedRequest, type ScenarioRules } from './scenario/rules.ts';
export { scenarioSchema, type Scenario, type ScenarioInput } from './scenario/scenario.ts';
export { createMockServer, type MockServer, type MockServerOptions } from './server.ts';
export {
  DEPLOYMENT_NAMES,
  type Deployment,
  type DeploymentInput,
  type DeploymentName,
  DEPLOYMENTS,
  deploymentSchema,
} from './serving/deployment/deployment.ts';
export { type ModelledServingOptions } from './serving/deployment/modelled-serving.ts';
export {
  simulate,
  type SimulatedRequest,
  type SimulatedService,
} from './serving/deployment/simulate.ts';
export {
  type TraceWork,
  worksOfTrace,
  type TraceWorksOptions,
} from './serving/deployment/trace-works.ts';
export { type ServiceFacts, type Work } from './serving/model.ts';
export {
  type RunningDeployments,
  startDeployments,
  type StartDeploymentsOptions,
} from './start-deployments.ts';
export { startMock, type MockProcess } from './start-mock.ts';
