// What our own packages use beyond the public names. It may change with any release.
export { conditionsOf } from './conditions.ts';
export type { TimerFigures } from './dry-run.ts';
export { resolveOptions } from './options.ts';
export { presetOf } from './target/presets.ts';
export { createPromptWriter } from './prompt/prompt.ts';
export { parseShard } from './schedule/shard.ts';
export type { Misfit } from './self-check/fit/plan-fit.ts';
export { zeroAt } from './time/clock.ts';
