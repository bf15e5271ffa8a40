// What our own packages use beyond the public names. It may change with any release.
export { assumedTimes, type TimerFigures } from './dry-run.ts';
export { printable } from './errors/printable.ts';
export { resolveOptions } from './options.ts';
export {
  createPromptWriter,
  PROMPT_ALGORITHM,
  type PromptWriter,
  type PromptWriterOptions,
} from './prompt/prompt.ts';
export {
  createSchedule,
  describeSchedule,
  type Schedule,
  type ScheduleFigures,
} from './schedule/schedule.ts';
export type { Misfit } from './self-check/fit/plan-fit.ts';
export { zeroAt } from './time/clock.ts';
