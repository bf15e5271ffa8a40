import { createPairMeasurer } from './measure-pair.ts';
import { type EffectInterval, withinRunInterval } from './statistics/interval.ts';
import { type Measured, MEASURES } from './measures.ts';
import type { PairedRows } from './paired-rows.ts';
import { createRandom } from './statistics/random.ts';
import { sliceCountOf, createTimeSlices, FEWEST_ROWS } from './statistics/time-slices.ts';

/** Resamples of one pair; the spread of an effect is known to some 5 % of itself then. */
export const RESAMPLES = 1000;

/** Every comparison draws the same: its outcome is a function of the runs alone. */
const SEED = 1;

/** The measures of a pair as it is, in the order of `MEASURES`. */
export function measurePair(pair: PairedRows): readonly (Measured | undefined)[] {
  return createPairMeasurer(pair)(new Uint16Array(pair.count).fill(1));
}

/**
 * Intervals, in the order of `MEASURES`, of the mean effect of the pairs of one run a side or two;
 * each pair is drawn on its own.
 *
 * @param tail probability left out on each side
 */
export function withinRunIntervals(
  pairs: readonly PairedRows[],
  tail: number,
  resamples: number,
): readonly (EffectInterval | undefined)[] {
  const fewest = Math.min(...pairs.map(({ count }) => count));
  if (fewest < FEWEST_ROWS) return MEASURES.map(() => undefined);
  const slices = sliceCountOf(fewest);
  const measured = pairs.map(measurePair);
  const drawn = MEASURES.map(() => new Float64Array(resamples));
  pairs.forEach((pair, index) => {
    const measure = createPairMeasurer(pair);
    const draw = createTimeSlices(pair.dueNs, slices, createRandom(SEED + index));
    for (let resample = 0; resample < resamples; resample++) {
      const one = measure(draw());
      for (const [place, effects] of drawn.entries()) {
        effects[resample]! += (one[place]?.effect ?? NaN) / pairs.length;
      }
    }
  });
  // Slices of all pairs vary independently of each other, so their degrees of freedom add up.
  const allSlices = (slices - 1) * pairs.length + 1;
  return drawn.map((effects, place) => {
    const known = measured.map((one) => one[place]?.effect);
    if (known.some((effect) => effect === undefined) || effects.some(Number.isNaN))
      return undefined;
    const effect = meanEffect(known as number[]);
    return withinRunInterval(effect, effects, { tail, slices: allSlices });
  });
}

/** Mean over pairs; infinite effects of both signs have none. */
export function meanEffect(effects: readonly number[]): number {
  return effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
}
