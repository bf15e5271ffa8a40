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
export { startMock, type MockProcess } from './start-mock.ts';
