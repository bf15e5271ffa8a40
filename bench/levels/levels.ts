import { burstLevel, burstOpenLevel } from './bursts.ts';
import type { Level } from './level.ts';
import { memoryLevel } from './memory.ts';
import { recipeLevels } from './recipe.ts';
import { soakLevel } from './soak.ts';
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
  ...recipeLevels,
  soakLevel,
];

export const LEVEL_NAMES = LEVELS.map(({ name }) => name);

/** Those that run unless told otherwise: not the one of an hour a pair. */
export const USUAL_LEVEL_NAMES = LEVEL_NAMES.filter((name) => name !== soakLevel.name);
