import type { Comparison, Contest, MetricComparison } from '../../schemas/comparison.ts';
import { printable } from '../../values/printable.ts';
import { formatDecimal } from '../../values/units.ts';
import { formatRatio, letterOf, metricName } from './values.ts';

/** What may be concluded, in whole sentences. */
export function findingSentences(comparison: Comparison, contest: Contest): string[] {
  const judged = contest.metrics.filter(({ verdict }) => verdict !== undefined);
  const differing = judged.filter(({ verdict }) => verdict === 'different');
  const alike = judged.filter(({ verdict }) => verdict === 'not_told_apart');
  const notToldApart =
    alike.length === 0 ? [] : [`Not told apart: ${alike.map(metricName).join(', ')}.`];
  return comparison.scope === 'within_one_run'
    ? [...differenceSentence(differing, contest), ...notToldApart, withinSentence(comparison)]
    : [
        ...aheadSentences(differing, contest),
        ...notToldApart,
        winnerSentence(comparison, contest, differing),
      ];
}

function differenceSentence(
  differing: readonly MetricComparison[],
  { first, second }: Contest,
): string[] {
  if (differing.length === 0) return [];
  const names = differing.map(describeDifference).join(', ');
  return [`${letterOf(second)} differs from ${letterOf(first)}, within one run, in ${names}.`];
}

function withinSentence({ sides }: Comparison): string {
  const runs = sides[0]?.runs.length === 1 ? 'one run a side does' : 'two runs a side do';
  return `No winner: ${runs} not tell a deployment from its luck; three repeats or more do.`;
}

function aheadSentences(differing: readonly MetricComparison[], contest: Contest): string[] {
  return [contest.first, contest.second].flatMap((side) => {
    const names = differing.filter(({ ahead }) => ahead === side).map(describeDifference);
    return names.length === 0 ? [] : [`${letterOf(side)} is better in ${names.join(', ')}.`];
  });
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

/** With how much: `time to first token p50 (× 1.484)`, B ÷ A. */
function describeDifference(metric: MetricComparison): string {
  const { difference, ratio, unit } = metric;
  if (unit === '%' && typeof difference === 'number') {
    const points = formatDecimal(100 * difference, 1);
    return `${metricName(metric)} (${difference > 0 ? '+' : ''}${points} points)`;
  }
  return ratio === undefined
    ? metricName(metric)
    : `${metricName(metric)} (× ${formatRatio(ratio)})`;
}
