import { ALL_ROWS_METRICS } from '../record/catalog.ts';
import { isEnoughFor, type PerMille } from '../count/histogram.ts';
import { type Measured, measuredOf } from './measures.ts';
import type { PairedRows, PairedValues } from './paired-rows.ts';
import {
  meanOf,
  quantileOf,
  weightOf,
  type RankedValues,
  rankValues,
  type Weights,
} from './statistics/ranked-values.ts';

/** The measures of a pair, in the order of `MEASURES`; `undefined` where there is too little. */
export type MeasurePair = (weights: Weights) => readonly (Measured | undefined)[];

/** Sorts the rows of a pair once, so that its measures can be read under many weights. */
export function createPairMeasurer({ count, good, latencyMs }: PairedRows): MeasurePair {
  const latencies = ALL_ROWS_METRICS.map((metric) => {
    const { first, second } = latencyMs[metric];
    const ratios = first.map((value, row) => ratioOf(value, second[row]!));
    return { first: rankValues(first), second: rankValues(second), ratios: rankValues(ratios) };
  });
  return (weights) => [
    count === 0 ? undefined : goodShare(good, weights),
    ...latencies.flatMap((latency) => measureLatency(latency, weights)),
  ];
}

function goodShare(good: PairedValues, weights: Weights): Measured {
  const [first, second] = [shareOf(good.first, weights), shareOf(good.second, weights)];
  return { first, second, effect: second - first };
}

/** Mean, percentiles where ten values lie above them on both sides, and the ratio by row. */
function measureLatency(
  { first, second, ratios }: Readonly<Record<'first' | 'second' | 'ratios', RankedValues>>,
  weights: Weights,
): (Measured | undefined)[] {
  const [ofFirst, ofSecond] = [weightOf(first, weights), weightOf(second, weights)];
  const fewest = Math.min(first.order.length, second.order.length);
  const percentile = (perMille: PerMille) => {
    if (!isEnoughFor(perMille, fewest)) return undefined;
    const at = quantileOf(first, weights, ofFirst, perMille);
    return measuredOf(at, quantileOf(second, weights, ofSecond, perMille));
  };
  const ratio = isEnoughFor(500, ratios.order.length)
    ? quantileOf(ratios, weights, weightOf(ratios, weights), 500)
    : undefined;
  return [
    measuredOf(meanOf(first, weights, ofFirst), meanOf(second, weights, ofSecond)),
    percentile(500),
    percentile(900),
    percentile(990),
    ratio === undefined ? undefined : { effect: Math.log(ratio) },
  ];
}

/** second ÷ first of one row: ∞ if only the second was lost, 0 if only the first, 1 if both. */
function ratioOf(first: number, second: number): number {
  return first === second ? 1 : second / first;
}

function shareOf(flags: Float64Array, weights: Weights): number {
  let [total, sum] = [0, 0];
  for (let row = 0; row < flags.length; row++) {
    total += weights[row]!;
    sum += weights[row]! * flags[row]!;
  }
  return sum / total;
}
