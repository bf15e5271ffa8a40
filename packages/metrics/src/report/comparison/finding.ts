import type { Comparison, Contest, MetricComparison } from '../../schemas/comparison.ts';
import { printable } from '../../values/printable.ts';
import { formatDecimal } from '../../values/units.ts';
import { formatRatio, letterOf, metricName } from './values.ts';

export function findingSentences(comparison: Comparison, contest: Contest): string[] {
  const { metrics, first, second } = contest;
  const differing = metrics.filter(({ verdict }) => verdict === 'different');
  const alike = metrics.filter(({ verdict }) => verdict === 'not_told_apart').map(metricName);
  const notToldApart = alike.length === 0 ? [] : [`Not told apart: ${alike.join(', ')}.`];
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
  return [...better, ...notToldApart, winnerSentence(comparison, contest, differing)];
}

function withinSentence({ sides }: Comparison): string {
  const runs = sides[0]?.runs.length === 1 ? 'one run a side does' : 'two runs a side do';
  return `No winner: ${runs} not tell a deployment from its luck; three repeats or more do.`;
}

function winnerSentence(
  { sides }: Comparison,
  { winner }: Contest,
  differing: readonly MetricComparison[],
): string {
  if (winner !== undefined) {
    return `Winner: ${letterOf(winner)}, ${printable(sides[winner]?.name ?? '')}.`;
  }
  if (differing.length === 0) return 'No winner: nothing that is judged differs.';
  return new Set(differing.map(({ ahead }) => ahead)).size > 1
    ? 'No winner: each side is ahead in something.'
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
