import { burstLevel, burstOpenLevel } from './bursts.ts';
import type { Level } from './level.ts';
import { memoryLevel } from './memory.ts';
import { streamsLevel } from './streams.ts';
import { level100, level33 } from './uniform.ts';

/** All levels, in the order in which they run. */
export const LEVELS: readonly Level[] = [
  level33,
  level100,
  streamsLevel,
  memoryLevel,
  burstLevel,
  burstOpenLevel,
];

export const LEVEL_NAMES = LEVELS.map(({ name }) => name);
