import { studentQuantile } from './student.ts';

/** Probability with which a difference that is there ought to be found. */
export const WANTED_POWER = 0.8;
/** More repeats than this are not asked for. */
export const MOST_REPEATS = 100;

/** How runs vary, and how sure a verdict has to be. */
export interface Uncertainty {
  /** Standard deviation of the effects of single pairs. */
  readonly deviation: number;
  /** Probability left out on each side of the interval. */
  readonly tail: number;
}

/**
 * Probability that Student's t over so many pairs calls an effect different from none.
 * Source: the non-central t distribution, as the integral over the sample's own deviation.
 *
 * @param pairs 2 or more
 */
export function powerOf(effect: number, pairs: number, { deviation, tail }: Uncertainty): number {
  const degrees = pairs - 1;
  const limit = studentQuantile(tail, degrees);
  const shift = (Math.abs(effect) * Math.sqrt(pairs)) / deviation;
  // u is the sample's deviation ÷ the true one; 12 of its own deviations are all of it.
  const most = 1 + 12 / Math.sqrt(2 * degrees);
  const steps = 2000;
  let [weights, found] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const u = ((step + 0.5) * most) / steps;
    const weight = Math.exp((degrees - 1) * Math.log(u) - (degrees * (u * u - 1)) / 2);
    weights += weight;
    found += weight * (normalBelow(shift - limit * u) + normalBelow(-shift - limit * u));
  }
  return found / weights;
}

/** The smallest effect that so many pairs show with the wanted power. */
export function smallestEffect(pairs: number, uncertainty: Uncertainty): number {
  let [low, high] = [0, uncertainty.deviation];
  while (powerOf(high, pairs, uncertainty) < WANTED_POWER) [low, high] = [high, 2 * high];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (powerOf(middle, pairs, uncertainty) < WANTED_POWER) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The fewest repeats that show an effect with the wanted power, if runs go on to vary as they did.
 *
 * @returns `undefined` if `MOST_REPEATS` do not
 */
export function repeatsFor(effect: number, uncertainty: Uncertainty): number | undefined {
  const shows = (pairs: number) => powerOf(effect, pairs, uncertainty) >= WANTED_POWER;
  if (!shows(MOST_REPEATS)) return undefined;
  let [low, high] = [1, MOST_REPEATS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Of the standard normal distribution. Source: Abramowitz and Stegun 7.1.26, to 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const above = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? above : 1 - above;
}
