import type { MeasureName, Measures } from './measures.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** The measures of one pair, by the name of the subject. */
export type Pair = Readonly<Record<string, Measures>>;

/** A figure to reach, or, without a limit, one to know the others by. */
export interface Target {
  readonly text: string;
  readonly unit: string;
  /** One value a pair; `undefined` if something it needs was not measured. */
  of(pair: Pair): number | undefined;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** `median` of the pairs keeps the limit, or `every` pair does. */
  readonly judgedBy: 'median' | 'every';
}

export interface TargetResult {
  readonly text: string;
  readonly unit: string;
  readonly spread: Spread | undefined;
  /** Such as `≤ 1.5 ×`; absent without a limit. */
  readonly expected: string | undefined;
  readonly verdict: 'reached' | 'not reached' | 'not measured' | undefined;
}

export function judgeTarget(target: Target, pairs: readonly Pair[]): TargetResult {
  const { text, unit } = target;
  const spread = spreadOf(pairs.flatMap((pair) => target.of(pair) ?? []));
  return { text, unit, spread, expected: expectedBy(target), verdict: verdictOn(target, spread) };
}

function expectedBy({ atMost, atLeast, unit }: Target): string | undefined {
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`;
  return atLeast === undefined ? undefined : `≥ ${atLeast} ${unit}`;
}

function verdictOn(target: Target, spread: Spread | undefined): TargetResult['verdict'] {
  const { atMost, atLeast, judgedBy } = target;
  if (atMost === undefined && atLeast === undefined) return undefined;
  if (spread === undefined) return 'not measured';
  const judged = judgedBy === 'median' ? [spread.median] : [spread.low, spread.high];
  const isReached = judged.every(
    (value) => value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity),
  );
  return isReached ? 'reached' : 'not reached';
}

/** A measure of one subject as it is. */
export function value(subject: string, measure: MeasureName) {
  return (pair: Pair) => pair[subject]?.[measure];
}

/** One subject's measure ÷ another's, within a pair: what slowed both alike drops out. */
export function ratio(above: string, below: string, measure: MeasureName) {
  return (pair: Pair) => {
    const [a, b] = [pair[above]?.[measure], pair[below]?.[measure]];
    // The size of an error counts, whichever its sign.
    return a === undefined || b === undefined || b === 0 ? undefined : Math.abs(a / b);
  };
}

/** One subject's measure − another's, within a pair. */
export function difference(one: string, other: string, measure: MeasureName) {
  return (pair: Pair) => {
    const [a, b] = [pair[one]?.[measure], pair[other]?.[measure]];
    return a === undefined || b === undefined ? undefined : a - b;
  };
}

/** The largest ÷ the smallest of several subjects' measure, within a pair. */
export function spread(subjects: readonly string[], measure: MeasureName) {
  return (pair: Pair) => {
    const values = subjects.flatMap((subject) => pair[subject]?.[measure] ?? []);
    if (values.length < subjects.length) return undefined;
    return Math.max(...values) / Math.min(...values);
  };
}
