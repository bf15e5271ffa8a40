import type { Comparison, Contest, MetricComparison } from '../../schemas/comparison.ts';
import { printable } from '../../values/printable.ts';
import { formatDecimal, formatShort } from '../../values/units.ts';
import { formatRatio, letterOf, metricName } from './values.ts';

export function findingSentences(comparison: Comparison, contest: Contest): string[] {
  const { metrics, first, second } = contest;
  const differing = metrics.filter(({ verdict }) => verdict === 'different');
  const alike = metrics.filter(({ verdict }) => verdict === 'not_told_apart').map(metricName);
  const notToldApart =
    alike.length === 0 ? [] : [`No significant difference: ${alike.join(', ')}.`];
  if (comparison.scope === 'within_one_run') {
    const names = differing.map(nameWithSize).join(', ');
    return [
      ...(names === ''
        ? []
        : [`${letterOf(second)} differs from ${letterOf(first)}, within one run, in ${names}.`]),
      ...notToldApart,
      withinSentence(comparison),
    ];
  }
  const better = [first, second].flatMap((side) => {
    const names = differing.filter(({ ahead }) => ahead === side).map(nameWithSize);
    return names.length === 0 ? [] : [`${letterOf(side)} is better in ${names.join(', ')}.`];
  });
  return [
    ...better,
    ...notToldApart,
    ...powerSentences(comparison, metrics),
    winnerSentence(comparison, contest, differing),
  ];
}

/** What these repeats could have shown, and what it takes to settle what is open. */
function powerSentences({ sides }: Comparison, metrics: readonly MetricComparison[]): string[] {
  const repeats = sides[0]?.runs.length ?? 0;
  const sizes = metrics.flatMap((metric) =>
    // Repeats that hardly vary detect any difference.
    metric.detectable === undefined || metric.detectable < 0.0005
      ? []
      : [`${metricName(metric)} ${sizeOf(metric, metric.detectable)}`],
  );
  const open = metrics.flatMap((metric) => {
    const { verdict, settles, repeats_to_settle: needed = Infinity } = metric;
    if (verdict !== 'not_told_apart' || settles === undefined || needed <= repeats) return [];
    const more = Number.isFinite(needed)
      ? `about ${formatDecimal(needed - repeats)} more`
      : 'more than 90 more';
    const size = sizeOf(metric, settles);
    return [`${metricName(metric)} needs ${more} repeats a side to detect ${size}`];
  });
  return [
    ...(sizes.length === 0
      ? []
      : [
          `With ${formatDecimal(repeats)} repeats a side that vary like these, 4 of 5 comparisons detect a` +
            ` difference of: ${sizes.join(', ')}.`,
        ]),
    ...(open.length === 0 ? [] : [`Still open: ${open.join('; ')}.`]),
  ];
}

function sizeOf({ statistic }: MetricComparison, size: number): string {
  return statistic === 'share'
    ? `${formatShort(100 * size, 1)} points`
    : `${formatShort(100 * size, 1)} %`;
}

function withinSentence({ sides }: Comparison): string {
  const runs = sides[0]?.runs.length === 1 ? 'one run' : 'two runs';
  return `No winner: ${runs} per side cannot separate a deployment from chance; use --repeat 3.`;
}

function winnerSentence(
  { sides }: Comparison,
  { winner }: Contest,
  differing: readonly MetricComparison[],
): string {
  if (winner !== undefined) {
    return `Winner: ${letterOf(winner)}, ${printable(sides[winner]?.name ?? '')}.`;
  }
  if (differing.length === 0) return 'No winner: no judged metric differs significantly.';
  return new Set(differing.map(({ ahead }) => ahead)).size > 1
    ? 'No winner: each side is better in some metrics.'
    : 'No winner is named, because of the doubts below.';
}

/** `time to first token p50 (× 1.484)`: with B ÷ A, or with B − A of a share. */
function nameWithSize(metric: MetricComparison): string {
  const { difference, ratio, unit } = metric;
  const name = metricName(metric);
  if (unit === '%' && typeof difference === 'number') {
    const points = formatDecimal(100 * difference, 1);
    return `${name} (${difference > 0 ? '+' : ''}${points} points)`;
  }
  return ratio === undefined ? name : `${name} (× ${formatRatio(ratio)})`;
}
