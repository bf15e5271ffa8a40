import type { MetricTag } from '@trace-replay/metrics';

import { spreadOf } from '../figures/statistics.ts';
import type { FigureError } from './errors-of-run.ts';
import type { JudgedCase } from './truth.ts';

/** How stated errors compare with true ones, over the figures of one metric or of all. */
export interface ErrorTally {
  readonly metric: MetricTag | 'all';
  readonly figures: number;
  /** Figures whose true error is within the stated one. */
  readonly within: number;
  /** Figures whose stated error exceeds 0.2 ms, and the median of stated ÷ true over them. */
  readonly large: number;
  readonly medianRatio?: number;
  /** Figures of which the wire knows less than half of the stated error. */
  readonly uncertain: number;
}

const LARGE_MS = 0.2;

export function tallyErrors(metric: MetricTag | 'all', cases: readonly JudgedCase[]): ErrorTally {
  const all = cases
    .filter(({ leftOut }) => leftOut === undefined)
    .flatMap(({ figures }) => figures)
    .filter((figure) => metric === 'all' || figure.metric === metric);
  const stated = all.filter(({ statedErrorMs }) => statedErrorMs !== undefined);
  const certain = stated.filter(
    ({ statedErrorMs, uncertaintyMs }) => statedErrorMs! >= 2 * uncertaintyMs,
  );
  const large = certain.filter(({ statedErrorMs }) => statedErrorMs! > LARGE_MS);
  const ratios = large.map(
    ({ statedErrorMs, trueErrorMs, uncertaintyMs }) =>
      statedErrorMs! / Math.max(trueErrorMs, uncertaintyMs),
  );
  const medianRatio = spreadOf(ratios)?.median;
  return {
    metric,
    figures: certain.length,
    within: certain.filter(isWithin).length,
    large: large.length,
    ...(medianRatio !== undefined && { medianRatio }),
    uncertain: stated.length - certain.length,
  };
}

/** What the wire does not know of a figure is not held against it. */
export function isWithin({ trueErrorMs, statedErrorMs, uncertaintyMs }: FigureError): boolean {
  return statedErrorMs !== undefined && trueErrorMs <= statedErrorMs + uncertaintyMs;
}

/** The verdicts against the wire. */
export interface VerdictTally {
  readonly trulyValid: number;
  readonly falseAlarms: readonly JudgedCase[];
  readonly trulyInvalid: number;
  readonly misses: readonly JudgedCase[];
}

export function tallyVerdicts(cases: readonly JudgedCase[]): VerdictTally {
  const judged = cases.filter(({ leftOut }) => leftOut === undefined);
  const valid = judged.filter(({ faults }) => faults.length === 0);
  const invalid = judged.filter(({ faults }) => faults.length > 0);
  return {
    trulyValid: valid.length,
    falseAlarms: valid.filter(({ verdict }) => verdict === 'invalid'),
    trulyInvalid: invalid.length,
    misses: invalid.filter(({ verdict }) => verdict !== 'invalid'),
  };
}
