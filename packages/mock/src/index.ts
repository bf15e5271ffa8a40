export { DIALECTS, type Dialect, type DialectName } from './dialect.ts';
export {
  decodeJournal,
  encodeJournal,
  type Journal,
  type JournalClock,
  type JournalEntry,
  type JournalOutcome,
  type JournalSummary,
} from './journal.ts';
export { type LagSummary } from './lag-histogram.ts';
export { latencySchema, planEmissions, type Emissions, type Latency } from './latency-model.ts';
export { mockOptionsSchema, type MockOptions, type MockOptionsInput } from './options.ts';
export { type ArrivedRequest, type ScenarioRules } from './scenario-rules.ts';
export { scenarioSchema, type Scenario, type ScenarioInput } from './scenario.ts';
export { createMockServer, type MockServer, type MockServerOptions } from './server.ts';
export {
  DEPLOYMENT_NAMES,
  type Deployment,
  type DeploymentInput,
  type DeploymentName,
  DEPLOYMENTS,
  deploymentSchema,
} from './serving/deployment.ts';
export { type ModelledServingOptions } from './serving/modelled-serving.ts';
export { simulate, type SimulatedRequest, type SimulatedService } from './serving/simulate.ts';
export { type TraceWork, worksOfTrace, type TraceWorksOptions } from './serving/trace-works.ts';
export { type ServiceFacts, type Work } from './serving-model.ts';
export {
  type RunningDeployments,
  startDeployments,
  type StartDeploymentsOptions,
} from './start-deployments.ts';
export { startMock, type MockProcess } from './start-mock.ts';
