import type { TimeBins } from './time-bins.ts';

/** Fewer values above a percentile than this say nothing about it. */
export const FEWEST_ABOVE = 10;

/**
 * A percentile of values, by the rule of the summary: the smallest value that covers the share.
 *
 * @param ascending sorted values
 * @returns `undefined` if fewer than ten values lie above it
 */
export function percentileOf(ascending: Float64Array, share: number): number | undefined {
  if (ascending.length * (1 - share) < FEWEST_ABOVE - 1e-9) return undefined;
  return ascending[Math.ceil(ascending.length * share - 1e-9) - 1];
}

/** Numbers in ascending order, without those that are not known. */
export function sorted(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/**
 * Most intervals open at one moment, for each bin of time. One that ends as another begins is
 * closed first; one without an end or a start does not count.
 */
export function peaksInBins(
  starts: Float64Array,
  ends: Float64Array,
  { count, binOf }: TimeBins,
): Float64Array {
  const isWhole = (_: number, place: number) =>
    !Number.isNaN(starts[place]!) && !Number.isNaN(ends[place]!);
  const opening = starts.filter(isWhole).sort();
  const closing = ends.filter(isWhole).sort();
  const peaks = new Float64Array(count);
  let [bin, opened, closed] = [0, 0, 0];
  while (closed < closing.length) {
    const isClosing = opened === opening.length || closing[closed]! <= opening[opened]!;
    const to = binOf(isClosing ? closing[closed]! : opening[opened]!);
    // What is open now was open in all bins up to this one.
    while (bin < to) peaks[++bin] = opened - closed;
    if (isClosing) closed++;
    else opened++;
    peaks[bin] = Math.max(peaks[bin]!, opened - closed);
  }
  return peaks;
}
