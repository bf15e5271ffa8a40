import type { ComparedValue, MetricComparison } from '../schemas/comparison.ts';
import { meanEffect } from './effects.ts';
import type { EffectInterval } from './statistics/interval.ts';
import type { Measured } from './measures.ts';
import { repeatsFor, smallestEffect } from './statistics/power.ts';

export type MetricWords = Pick<
  MetricComparison,
  'metric' | 'statistic' | 'label' | 'unit' | 'better' | 'headline'
>;

export interface MetricPairs {
  readonly pairs: readonly (Measured | undefined)[];
  readonly interval: EffectInterval | undefined;
  /** Probability left out on each side of an interval. */
  readonly tail: number;
  /** Only over repeats does a difference say which side is better. */
  readonly isBetweenRuns: boolean;
  /** A second condition on "different": of goodput, that McNemar's test agrees. */
  readonly isConfirmed?: boolean;
  readonly places: readonly [first: number, second: number];
}

/** The line of one metric; `undefined` if a pair has no value of it. */
export function compareMetric(
  words: MetricWords,
  { pairs, interval: given, tail, isBetweenRuns, isConfirmed = true, places }: MetricPairs,
): MetricComparison | undefined {
  const known = pairs.filter((pair) => pair !== undefined);
  if (known.length === 0 || known.length < pairs.length) return undefined;
  const isShare = words.statistic === 'share';
  const effect = meanEffect(known.map((pair) => pair.effect));
  // A mean with one infinite row is infinite: then there is nothing to compare.
  const isComparable = Number.isFinite(effect) || words.statistic !== 'mean';
  const interval = isComparable ? given : undefined;
  const [first, second] = (['first', 'second'] as const).map((side) => {
    const values = known.map((pair) => pair[side]);
    return sideValue(values, isShare);
  });
  const isDifferent = interval && isConfirmed && (interval.low > 0 || interval.high < 0);
  const isSecondAhead = effect > 0 === (words.better === 'higher');
  return {
    ...words,
    first: valueOf(first),
    second: valueOf(second),
    difference: first === undefined || second === undefined ? undefined : valueOf(second - first),
    ratio: isShare || !isComparable ? undefined : valueOf(Math.exp(effect)),
    interval: interval && {
      scope: isBetweenRuns ? 'between_runs' : 'within_one_run',
      of: isShare ? 'difference' : 'ratio',
      low: endOf(interval.low, isShare),
      high: endOf(interval.high, isShare),
    },
    verdict:
      words.headline && interval ? (isDifferent ? 'different' : 'not_told_apart') : undefined,
    ...(words.headline && interval && isBetweenRuns
      ? powerFields(
          known.map((pair) => pair.effect),
          { tail, isShare },
        )
      : {}),
    ahead:
      words.headline && isDifferent && isBetweenRuns ? places[isSecondAhead ? 1 : 0] : undefined,
  };
}

/**
 * What repeats that vary like these can show, and how many it takes to show 5 % or, where it is
 * larger, the difference that was seen.
 */
function powerFields(
  effects: readonly number[],
  { tail, isShare }: { readonly tail: number; readonly isShare: boolean },
): Pick<MetricComparison, 'detectable' | 'repeats_to_settle' | 'settles'> {
  const mean = meanEffect(effects);
  const squares = effects.reduce((sum, effect) => sum + (effect - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (effects.length - 1));
  if (deviation === 0) return {};
  const uncertainty = { deviation, tail };
  const toShow = Math.max(Math.abs(mean), isShare ? 0.05 : Math.log(1.05));
  const sizeOf = (effect: number) => (isShare ? Math.min(1, effect) : Math.expm1(effect));
  return {
    detectable: sizeOf(smallestEffect(effects.length, uncertainty)),
    settles: sizeOf(toShow),
    repeats_to_settle: repeatsFor(toShow, uncertainty),
  };
}

/** Over repeats: the mean of shares, the geometric mean of times and rates. */
function sideValue(values: readonly (number | undefined)[], isShare: boolean): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) return undefined;
  if (isShare || known.length === 1) return meanEffect(known);
  return Math.exp(meanEffect(known.map(Math.log)));
}

function endOf(end: number, isShare: boolean): ComparedValue {
  return isShare ? Math.min(1, Math.max(-1, end)) : (valueOf(Math.exp(end)) ?? 'infinite');
}

/** ∞ in the word of our files; what is no number, such as ∞ − ∞, is unknown. */
function valueOf(number: number | undefined): ComparedValue | undefined {
  if (number === undefined || Number.isNaN(number) || number === -Infinity) return undefined;
  return number === Infinity ? 'infinite' : number;
}
