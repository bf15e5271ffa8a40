import { CATALOG } from '../record/catalog.ts';
import { rowsOf } from '../schemas/conditions.ts';
import { withoutUnknown } from '../values/without-unknown.ts';
import { compareMetric, type MetricWords } from './compare-metric.ts';
import type { ComparedRun, ComparedSide } from './compared-run.ts';
import type { Contest, MetricComparison } from '../schemas/comparison.ts';
import { measurePair, withinRunIntervals } from './effects.ts';
import { betweenRunsInterval, type EffectInterval } from './statistics/interval.ts';
import type { Measured } from './measure-pair.ts';
import { type Measure, MEASURES } from './measures.ts';
import { type PairedRows, pairRows } from './paired-rows.ts';
import { countLost, countGood } from './row-counts.ts';
import { RUN_RATES } from './run-rates.ts';
import { sideLoadOf } from './side-load.ts';

/** By what rules a contest is judged. */
export interface Rules {
  /** Three runs a side or more: intervals are over repeats, otherwise within the runs. */
  readonly isBetweenRuns: boolean;
  /** Both sides replayed the same rows; without that there is no interval. */
  readonly isPaired: boolean;
  readonly canWin: boolean;
  /** Probability that one interval does not hold. */
  readonly alpha: number;
  readonly resamples: number;
}

/** Compares two sides, `places` in the comparison, run by run and row by row. */
export function holdContest(
  [first, second]: readonly [ComparedSide, ComparedSide],
  places: readonly [first: number, second: number],
  rules: Rules,
): Contest {
  const { isBetweenRuns, isPaired, alpha } = rules;
  const pairs = first.runs.map((run, index) => pairOf(run, second.runs[index]!));
  const within =
    isPaired && !isBetweenRuns ? withinRunIntervals(pairs, alpha / 2, rules.resamples) : [];
  const between = (each: readonly (Measured | undefined)[]) =>
    isPaired && isBetweenRuns ? intervalOf(each, alpha) : undefined;
  const verdicts = first.runs[0]?.objectives.length && isPaired ? countGood(pairs) : undefined;

  const common = { places, isBetweenRuns };
  const measured = pairs.map(measurePair);
  const ofRows = MEASURES.flatMap((measure, place): readonly MetricComparison[] => {
    const { metric, statistic } = measure;
    if (metric === 'goodput' && !first.runs[0]?.objectives.length) return [];
    if (statistic === 'by_row' && !isPaired) return [];
    const each = measured.map((one) => one[place]);
    // Rows of a burst make McNemar's test too sure, few slices the interval: both have to agree.
    const isConfirmed = metric !== 'goodput' || (verdicts?.p ?? 1) < alpha;
    const interval = isBetweenRuns ? between(each) : within[place];
    return listOf(
      compareMetric(wordsOf(measure), { ...common, pairs: each, interval, isConfirmed }),
    );
  });
  const ofRuns = RUN_RATES.flatMap(({ words, measure }): readonly MetricComparison[] => {
    const each = first.runs.map((run, index) => measure(run, second.runs[index]!));
    return listOf(compareMetric(words, { ...common, pairs: each, interval: between(each) }));
  });
  return withoutUnknown<Contest>({
    first: places[0],
    second: places[1],
    paired: isPaired,
    metrics: [...ofRows, ...ofRuns],
    lost: countLost(pairs),
    verdicts,
    load: { first: sideLoadOf(first), second: sideLoadOf(second) },
    winner: rules.canWin ? winnerOf(ofRows) : undefined,
  });
}

function pairOf(first: ComparedRun, second: ComparedRun): PairedRows {
  const counts = [first, second].map(({ summary }) => rowsOf(summary.run, summary.conditions));
  return pairRows(first.rows, second.rows, Math.max(...counts));
}

function intervalOf(
  pairs: readonly (Measured | undefined)[],
  alpha: number,
): EffectInterval | undefined {
  const effects = pairs.flatMap((pair) => pair?.effect ?? []);
  return effects.length < pairs.length ? undefined : betweenRunsInterval(effects, alpha / 2);
}

function wordsOf({ metric, statistic, isHeadline: headline }: Measure): MetricWords {
  if (metric === 'goodput') {
    return { metric, statistic, label: 'Good rows', unit: '%', better: 'higher', headline };
  }
  const { label, better } = CATALOG.find(({ tag }) => tag === metric)!;
  const unit = statistic === 'by_row' ? '×' : 'ms';
  return { metric, statistic, label, unit, better, headline };
}

/** Who is ahead in all that differs; nobody if nothing does, or if each is ahead in something. */
function winnerOf(metrics: readonly MetricComparison[]): number | undefined {
  const ahead = [...new Set(metrics.flatMap((metric) => listOf(metric.ahead)))];
  return ahead.length === 1 ? ahead[0] : undefined;
}

function listOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
