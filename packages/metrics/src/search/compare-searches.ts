import { createRandom, type Random } from '../compare/statistics/random.ts';
import type { SearchBlock, SearchFile, SearchProbe } from '../schemas/search.ts';
import { crossingOf } from './curve.ts';
import { searchResult, type SearchSpeed } from './search-result.ts';

/** How many times the load of the first target the second one carries. */
export interface CapacityRatio {
  /** Speeds at which the fitted curves cross the target. */
  readonly crossings: readonly [first: number, second: number];
  readonly ratio: number;
  /** 95 %: percentiles of resamples over blocks. */
  readonly low: number;
  readonly high: number;
  /** Resamples in which both curves cross the target, of all. */
  readonly share: number;
}

const RESAMPLES = 2000;
const TAIL = 0.025;
/** Below this share of resamples that cross, the percentiles say little. */
const FEWEST = 0.9;

/** What two searches must share for their capacities to be compared. */
const SAME = ['trace_digest', 'seed', 'share', 'objectives', 'ramp_s', 'window_s'] as const;

/** The parts of two plans that make their capacities two different things. */
export function differencesBetweenSearches(first: SearchFile, second: SearchFile): string[] {
  return SAME.filter((key) => JSON.stringify(first.plan[key]) !== JSON.stringify(second.plan[key]));
}

/**
 * The ratio of two capacities with an interval: the blocks of each probe are drawn anew, the
 * curves fitted again. Probes of one speed and seed send the same rows to both, so they draw the
 * same blocks. Source: Künsch 1989, for blocks that do not overlap Carlstein 1986.
 *
 * @returns `undefined` if a curve does not cross the target, or rarely does
 */
export function capacityRatio(first: SearchFile, second: SearchFile): CapacityRatio | undefined {
  const sides = [first, second].map((file) => {
    return { speeds: searchResult(file).speeds, target: file.plan.share };
  });
  const cross = (draw: (probe: SearchProbe) => readonly SearchBlock[]) =>
    sides.map(({ speeds, target }) => crossingOf(drawnPoints(speeds, draw), target));
  const [a, b] = cross(({ blocks }) => blocks);
  if (a === undefined || b === undefined) return undefined;
  const random = createRandom(first.plan.seed);
  const ratios: number[] = [];
  for (let round = 0; round < RESAMPLES; round++) {
    const [from, to] = cross(drawOnce(random));
    if (from !== undefined && to !== undefined) ratios.push(to / from);
  }
  const share = ratios.length / RESAMPLES;
  if (share < FEWEST) return undefined;
  ratios.sort((x, y) => x - y);
  const at = (part: number) => ratios[Math.round(part * (ratios.length - 1))]!;
  return { crossings: [a, b], ratio: b / a, low: at(TAIL), high: at(1 - TAIL), share };
}

/** Blocks of a probe drawn with replacement; those of the same rows alike on both sides. */
function drawOnce(random: Random): (probe: SearchProbe) => readonly SearchBlock[] {
  const drawn = new Map<string, readonly number[]>();
  return ({ speed, seed, blocks }) => {
    const key = `${speed} ${seed} ${blocks.length}`;
    let places = drawn.get(key);
    if (!places) drawn.set(key, (places = blocks.map(() => Math.floor(random() * blocks.length))));
    return places.map((place) => blocks[place]!);
  };
}

function drawnPoints(
  speeds: readonly SearchSpeed[],
  draw: (probe: SearchProbe) => readonly SearchBlock[],
) {
  return speeds.flatMap(({ speed, made }) => {
    const blocks = made.flatMap(draw);
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const good = blocks.reduce((sum, block) => sum + block.good, 0);
    return rows === 0 ? [] : [{ speed, share: good / rows, rows }];
  });
}
