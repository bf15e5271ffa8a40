import { CATALOG } from '../record/catalog.ts';
import { rowsOf } from '../schemas/conditions.ts';
import { compareMetric, type MetricWords } from './compare-metric.ts';
import type { ComparedRun, ComparedSide } from './compared-run.ts';
import type { Contest, MetricComparison } from '../schemas/comparison.ts';
import { measurePair, withinRunIntervals } from './effects.ts';
import { betweenRunsInterval } from './statistics/interval.ts';
import { type Measure, type Measured, measuredOf, MEASURES } from './measures.ts';
import type { Summary } from '../schemas/summary.ts';
import { type PairedRows, pairRows } from './paired-rows.ts';
import { mcNemar } from './statistics/mcnemar.ts';
import { sideLoadOf } from './side-load.ts';

export interface Rules {
  /** Three runs a side or more: intervals are over repeats, otherwise within the runs. */
  readonly isBetweenRuns: boolean;
  /** Both sides replayed the same rows; without that there is no interval. */
  readonly isPaired: boolean;
  readonly canWin: boolean;
  /** Metrics that some of the runs cannot measure, or count in different ways: left out. */
  readonly uncompared: ReadonlySet<Measure['metric']>;
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
  const { isBetweenRuns, isPaired, alpha, uncompared } = rules;
  const hasGoodput = Boolean(first.runs[0]?.objectives.length) && !uncompared.has('goodput');
  const pairs = first.runs.map((run, index) => pairOf(run, second.runs[index]!));
  const within =
    isPaired && !isBetweenRuns ? withinRunIntervals(pairs, alpha / 2, rules.resamples) : [];
  const between = (each: readonly (Measured | undefined)[]) => {
    const effects = each.flatMap((pair) => pair?.effect ?? []);
    const isKnown = isPaired && isBetweenRuns && effects.length === each.length;
    return isKnown ? betweenRunsInterval(effects, alpha / 2) : undefined;
  };
  const verdicts = hasGoodput && isPaired ? countGood(pairs) : undefined;

  const measured = pairs.map(measurePair);
  const common = { places, isBetweenRuns, tail: alpha / 2 };
  const ofRows = MEASURES.flatMap((measure, place) => {
    const { metric, statistic } = measure;
    if (uncompared.has(metric) || (metric === 'goodput' && !hasGoodput)) return [];
    if (statistic === 'by_row' && !isPaired) return [];
    const each = measured.map((one) => one[place]);
    // Rows of a burst make McNemar's test too sure, few slices the interval: both have to agree.
    const isConfirmed = metric !== 'goodput' || (verdicts?.p ?? 1) < alpha;
    const interval = isBetweenRuns ? between(each) : within[place];
    return compareMetric(wordsOf(measure), { ...common, pairs: each, interval, isConfirmed }) ?? [];
  });
  // A rate of a whole run has no rows to draw, so within one run there is no interval of it.
  const ofRuns = RUN_RATES.flatMap(([metric, label, read]) => {
    const each = first.runs.map(({ summary }, index) =>
      measuredOf(read(summary), read(second.runs[index]!.summary)),
    );
    const words = { metric, statistic: 'rate', label, unit: '/s' } as const;
    const pair = { ...common, pairs: each, interval: between(each) };
    return compareMetric({ ...words, better: 'higher', headline: false }, pair) ?? [];
  });
  return {
    first: places[0],
    second: places[1],
    paired: isPaired,
    metrics: [...ofRows, ...ofRuns],
    lost: countLost(pairs),
    verdicts,
    load: {
      first: sideLoadOf(first, rules.uncompared),
      second: sideLoadOf(second, rules.uncompared),
    },
    winner: rules.canWin ? winnerOf(ofRows) : undefined,
  };
}

function pairOf(first: ComparedRun, second: ComparedRun): PairedRows {
  const counts = [first, second].map(({ summary }) => rowsOf(summary.run, summary.conditions));
  return pairRows(first.rows, second.rows, Math.max(...counts));
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
  const ahead = new Set(metrics.flatMap((metric) => metric.ahead ?? []));
  return ahead.size === 1 ? [...ahead][0] : undefined;
}

const RUN_RATES: readonly (readonly [
  metric: string,
  label: string,
  read: (summary: Summary) => number | undefined,
])[] = [
  ['goodput_requests_per_second', 'Good requests', ({ goodput }) => goodput?.requests_per_second],
  ['requests_per_second', 'Requests', ({ rates }) => rates.requests_per_second],
  ['output_tokens_per_second', 'Output tokens', ({ rates }) => rates.output_tokens_per_second],
];

/** Rows of all pairs by who lost them: by whom their answer never came to its end. */
function countLost(pairs: readonly PairedRows[]): Contest['lost'] {
  const lost = { both: 0, first_only: 0, second_only: 0 };
  for (const { latencyMs } of pairs) {
    const { first, second } = latencyMs.request_latency;
    for (const [row, ofFirst] of first.entries()) {
      const [isFirst, isSecond] = [ofFirst === Infinity, second[row] === Infinity];
      if (isFirst || isSecond) lost[!isFirst ? 'second_only' : isSecond ? 'both' : 'first_only']++;
    }
  }
  return lost;
}

/** Rows of all pairs by who was good, and McNemar's test on those where the sides disagree. */
function countGood(pairs: readonly PairedRows[]): NonNullable<Contest['verdicts']> {
  const counts = { both_good: 0, first_only: 0, second_only: 0, neither: 0 };
  for (const { good } of pairs) {
    for (const [row, ofFirst] of good.first.entries()) {
      if (good.second[row] === 1) counts[ofFirst === 1 ? 'both_good' : 'second_only']++;
      else counts[ofFirst === 1 ? 'first_only' : 'neither']++;
    }
  }
  return { ...counts, p: mcNemar(counts.first_only, counts.second_only) };
}
