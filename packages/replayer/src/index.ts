export { type Zero, zeroAt } from './time/clock.ts';
export {
  assumedTimes,
  dryRun,
  type DryRun,
  type DryRunOptions,
  type TimerFigures,
} from './dry-run.ts';
export { OptionsError, ReadinessError, TraceError, type TracePlace } from './errors/errors.ts';
export type { OnReplayEvent, ReplayEvent } from './events.ts';
export {
  type ReplayOptions,
  replayOptionsSchema,
  type ResolvedOptions,
  resolveOptions,
} from './options.ts';
export { type Plan, planReplay } from './plan.ts';
export { printable } from './errors/printable.ts';
export {
  createPromptWriter,
  PROMPT_ALGORITHM,
  type PromptWriter,
  type PromptWriterOptions,
} from './prompt/prompt.ts';
export { makeReady, type ReadyOptions, type ReadyPlan, waitForTargets } from './ready.ts';
export { replay, type ReplayListening } from './replay.ts';
export { type Run, type RunOptions, startRun } from './run.ts';
export {
  createSchedule,
  describeSchedule,
  type Schedule,
  type ScheduleFigures,
} from './schedule/schedule.ts';
export type { Misfit } from './self-check/fit/plan-fit.ts';
export { scanTrace, type TraceScan } from './scan/scan.ts';
export type { BlockId, TraceRow } from './trace/row.ts';
export * from './trace.ts';
