// The names that our own packages use beyond the public ones. They may change with any release.
export type { JournalEntry } from './journal/request-log.ts';
export { type MockOptions, mockOptionsSchema } from './scenario/options.ts';
export { type Deployment, deploymentSchema } from './serving/deployment/deployment.ts';
export { worksOfTrace } from './serving/deployment/trace-works.ts';
