export type { WritePrompt } from './body/own-prompts.ts';
export type {
  AnswerHead,
  ConnectionListener,
  CreateTransport,
  Destination,
  ExchangeListener,
  PreparedWrite,
  Transport,
  TransportConnection,
  TransportFailure,
  TransportRequest,
} from './client/transport.ts';
export { dryRun, type DryRun, type DryRunOptions } from './dry-run.ts';
export { OptionsError, ReadinessError, TraceError, type TracePlace } from './errors/errors.ts';
export type { OnReplayEvent, ReplayEvent, ReplayListening } from './events.ts';
export { type ReplayOptions, replayOptionsSchema, type ResolvedOptions } from './options.ts';
export { type Plan, planReplay } from './plan.ts';
export { makeReady, type ReadyOptions, type ReadyPlan, waitForTargets } from './ready.ts';
export { type LibraryOptions, replay, type Replay, type ReplayParts } from './replay.ts';
export { type Run, startRun, type StartOptions } from './run.ts';
export { type RecordsSummary, summarize, type SummarizeOptions } from './summarize.ts';
export type { Clock, ReplayClock, Zero } from './time/clock.ts';
export type { TraceRow } from './trace/row.ts';
export type { GivenRow, GivenRows } from './trace/source.ts';
