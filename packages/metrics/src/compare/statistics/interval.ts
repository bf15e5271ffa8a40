import { studentQuantile } from './student.ts';

/** Where an effect lies with the confidence asked for; the ends may be infinite. */
export interface EffectInterval {
  readonly low: number;
  readonly high: number;
}

/** Resamples below and above these shares of them tell how far an effect varies to either side. */
const SPREAD = 0.1;
/** A normal variable is further out than this with probability `SPREAD`, on each side. */
const SPREAD_Z = 1.2815515655446004;

/**
 * Interval of an effect within one run: the spread of its resamples (10th, 90th percentile, which
 * a few infinite ones do not move), stretched to the confidence by Student's t with slices − 1
 * degrees of freedom. Source: Hesterberg 2015; `docs/comparison.md` has our measurements.
 *
 * @param effects of the resamples; sorted in place
 * @param tail probability left out on each side, below `SPREAD`
 */
export function withinRunInterval(
  effect: number,
  effects: Float64Array,
  { tail, slices }: { readonly tail: number; readonly slices: number },
): EffectInterval {
  effects.sort();
  const at = (share: number) => effects[Math.round(share * (effects.length - 1))]!;
  const stretch = (studentQuantile(tail, slices - 1) * Math.sqrt(slices / (slices - 1))) / SPREAD_Z;
  // Infinite ends are those of the plain percentiles: there is nothing to stretch.
  const [lowest, highest] = [at(tail), at(1 - tail)];
  return {
    low:
      Number.isFinite(effect) && Number.isFinite(lowest)
        ? Math.min(effect, effect - (effect - at(SPREAD)) * stretch)
        : lowest,
    high:
      Number.isFinite(effect) && Number.isFinite(highest)
        ? Math.max(effect, effect + (at(1 - SPREAD) - effect) * stretch)
        : highest,
  };
}

/**
 * Interval of an effect over repeats: mean ± t · s ÷ √repeats, the pair of runs being the unit.
 * Source: Student 1908; that the run and not the request is the unit, Kalibera and Jones 2013.
 *
 * @param effects one a pair of runs, two or more
 * @returns `undefined` if an effect is infinite: there is no mean then
 */
export function betweenRunsInterval(
  effects: readonly number[],
  tail: number,
): EffectInterval | undefined {
  if (!effects.every(Number.isFinite)) return undefined;
  const count = effects.length;
  const mean = effects.reduce((sum, effect) => sum + effect, 0) / count;
  const squares = effects.reduce((sum, effect) => sum + (effect - mean) ** 2, 0);
  const half = studentQuantile(tail, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { low: mean - half, high: mean + half };
}
