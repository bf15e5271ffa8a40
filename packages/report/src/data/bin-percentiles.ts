import { percentileOf } from './order-statistics.ts';
import type { TimeBins } from './time-bins.ts';

/** Median and 90th percentile of the values of one bin; absent with fewer than ten above it. */
export interface BinPercentiles {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
}

/** Values by the bins of their instants; values and instants that are not known do not count. */
export function binPercentiles(
  atSeconds: Float64Array,
  values: Float64Array,
  bins: TimeBins,
): readonly BinPercentiles[] {
  const ofBin = Array.from({ length: bins.count }, (): number[] => []);
  for (const [place, value] of values.entries()) {
    if (!Number.isNaN(value)) ofBin[bins.binOf(atSeconds[place]!)]!.push(value);
  }
  return ofBin.map((own) => {
    const ascending = Float64Array.from(own).sort();
    const p50 = percentileOf(ascending, 0.5);
    return { count: own.length, p50, p90: percentileOf(ascending, 0.9) };
  });
}

/** The middle of each bin beside its value; NaN where there is none, so that lines have gaps. */
export function middles(
  { widthSeconds }: TimeBins,
  values: readonly (number | undefined)[],
): readonly (readonly [x: number, y: number])[] {
  return values.map((value, bin) => [(bin + 0.5) * widthSeconds, value ?? NaN] as const);
}
