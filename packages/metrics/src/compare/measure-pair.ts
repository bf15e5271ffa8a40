import { isEnoughFor, type PerMille } from '../count/histogram.ts';
import { COMPARED_LATENCIES, type ComparedLatency } from './compared-row.ts';
import { logRatio, type Measure, MEASURES } from './measures.ts';
import type { PairedRows } from './paired-rows.ts';
import {
  meanOf,
  quantileOf,
  weightOf,
  type RankedValues,
  rankValues,
  type Weights,
} from './statistics/ranked-values.ts';

/** What one measure says of a pair. */
export interface Measured {
  /** Of each side; unknown for `by_row`, which has only a ratio. */
  readonly first?: number;
  readonly second?: number;
  /** Second − first for a share, ln(second ÷ first) for a time; infinite where a side is. */
  readonly effect: number;
}

/** The measures of a pair, in the order of `MEASURES`; `undefined` where there is too little. */
export type MeasurePair = (weights: Weights) => readonly (Measured | undefined)[];

const PERCENTILES = { p50: 500, p90: 900, p99: 990 } as const satisfies Record<string, PerMille>;

/** Sorts the rows of a pair once, so that its measures can be read under many weights. */
export function createPairMeasurer({ count, good, latencyMs }: PairedRows): MeasurePair {
  const latencies = COMPARED_LATENCIES.map((metric) => {
    const { first, second } = latencyMs[metric];
    const ratios = first.map((value, row) => ratioOf(value, second[row]!));
    const ranked = { first: rankValues(first), second: rankValues(second) };
    return { metric, ...ranked, ratios: rankValues(ratios) };
  });
  return (weights) => {
    const measured = new Map<string, Measured>();
    if (count > 0) {
      const [first, second] = [shareOf(good.first, weights), shareOf(good.second, weights)];
      measured.set('goodput share', { first, second, effect: second - first });
    }
    for (const { metric, first, second, ratios } of latencies) {
      measureSides(metric, first, second, weights, measured);
      if (!isEnoughFor(500, ratios.order.length)) continue;
      const ratio = quantileOf(ratios, weights, weightOf(ratios, weights), 500);
      if (ratio !== undefined) measured.set(`${metric} by_row`, { effect: Math.log(ratio) });
    }
    return MEASURES.map(({ metric, statistic }) => measured.get(`${metric} ${statistic}`));
  };
}

/** Mean and percentiles; a percentile only where ten values lie above it on both sides. */
function measureSides(
  metric: ComparedLatency,
  first: RankedValues,
  second: RankedValues,
  weights: Weights,
  measured: Map<string, Measured>,
): void {
  const set = (statistic: Measure['statistic'], a: number | undefined, b: number | undefined) => {
    if (a === undefined || b === undefined) return;
    measured.set(`${metric} ${statistic}`, { first: a, second: b, effect: logRatio(a, b) });
  };
  const [ofFirst, ofSecond] = [weightOf(first, weights), weightOf(second, weights)];
  set('mean', meanOf(first, weights, ofFirst), meanOf(second, weights, ofSecond));
  const fewest = Math.min(first.order.length, second.order.length);
  for (const key of ['p50', 'p90', 'p99'] as const) {
    const perMille = PERCENTILES[key];
    if (!isEnoughFor(perMille, fewest)) continue;
    const at = quantileOf(first, weights, ofFirst, perMille);
    set(key, at, quantileOf(second, weights, ofSecond, perMille));
  }
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
