export type { MockOptionsInput } from './scenario/options.ts';
export type { Scenario, ScenarioInput } from './scenario/scenario.ts';
export { createMockServer, type MockServer, type MockServerOptions } from './server.ts';
export { DEPLOYMENT_NAMES, type DeploymentName } from './serving/deployment/deployment.ts';
export { simulate } from './serving/deployment/simulate.ts';
export {
  type RunningDeployments,
  startDeployments,
  type StartDeploymentsOptions,
} from './start-deployments.ts';
export { startMock, type MockProcess } from './start-mock.ts';
