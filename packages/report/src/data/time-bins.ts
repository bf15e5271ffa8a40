import { roundStep } from '../chart/axis.ts';

/** Most bins of a picture over time; round widths make 60 of them or more. */
const MOST_BINS = 150;

/** Steps of equal, round width from the run's zero to its end. */
export interface TimeBins {
  readonly widthSeconds: number;
  readonly count: number;
  readonly spanSeconds: number;
  /** Length of a bin in seconds; the last one ends with the run. */
  readonly secondsOf: (bin: number) => number;
  /** The bin of an instant; what lies outside belongs to the nearest one. */
  readonly binOf: (seconds: number) => number;
}

export function timeBins(spanSeconds: number): TimeBins {
  const widthSeconds = roundStep(spanSeconds, MOST_BINS);
  const count = Math.max(1, Math.ceil(spanSeconds / widthSeconds - 1e-9));
  return {
    widthSeconds,
    count,
    spanSeconds: Math.max(spanSeconds, 1e-3),
    secondsOf: (bin) =>
      bin < count - 1
        ? widthSeconds
        : Math.max(spanSeconds - bin * widthSeconds, widthSeconds / 10),
    binOf: (seconds) => Math.min(count - 1, Math.max(0, Math.floor(seconds / widthSeconds))),
  };
}
