export { dryRun, type DryRun, type DryRunOptions } from './dry-run.ts';
export { OptionsError, ReadinessError, TraceError, type TracePlace } from './errors/errors.ts';
export type { OnReplayEvent, ReplayEvent } from './events.ts';
export { type ReplayOptions, replayOptionsSchema, type ResolvedOptions } from './options.ts';
export { type Plan, planReplay } from './plan.ts';
export { makeReady, type ReadyOptions, type ReadyPlan, waitForTargets } from './ready.ts';
export { replay, type ReplayListening } from './replay.ts';
export { type Run, startRun, type StartOptions } from './run.ts';
export type { Zero } from './time/clock.ts';
