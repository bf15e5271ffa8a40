import {
  type ComparedSide,
  compareSides,
  type Comparison,
  type ConditionDifference,
} from '@trace-replay/metrics';
import { conditionDifferences, type SameCondition } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';

/**
 * Holds sides against the first one, after a look at whether that means anything.
 *
 * @param allowed conditions that they need not share
 * @throws {UsageError} if runs were made under conditions that are not equal,
 *   or a side has more runs
 */
export function compareRuns(
  sides: readonly ComparedSide[],
  allowed: readonly SameCondition[],
): Comparison {
  const [baseline, ...others] = sides;
  const counts = new Set(sides.map(({ runs }) => runs.length));
  if (!baseline || counts.size > 1) {
    const found = sides.map(({ name, runs }) => `"${name}" ${runs.length}`).join(', ');
    throw new UsageError(
      `Cannot compare runs: the sides have different numbers of them (${found}), expected as many` +
        '\n  Runs are paired in the order of their seeds: name the ones to pair, with commas.',
    );
  }
  const differences = [
    ...others.flatMap(({ runs }) =>
      baseline.runs.flatMap((run, index) => conditionDifferences(run, runs[index]!)),
    ),
    ...sides.flatMap(differencesWithin),
  ];
  const refused = differences.find(({ what }) => !allowed.includes(what));
  if (refused) throw refusal(refused);
  const byText = new Map(differences.map((each) => [JSON.stringify(each), each]));
  return compareSides(sides, { differences: [...byText.values()] });
}

/** Repeats of one side share everything but the seed, and so the bodies. */
function differencesWithin({ runs }: ComparedSide): readonly ConditionDifference[] {
  return runs
    .slice(1)
    .flatMap((run) => conditionDifferences(runs[0]!, run))
    .filter(({ what }) => what !== 'seed' && what !== 'bodies');
}

function refusal({ what, first, second }: ConditionDifference): UsageError {
  return new UsageError(
    `Cannot compare runs of different ${what}: "${first}" and "${second}", expected the same` +
      `\n  Pass --allow-different ${what} to do it all the same; then no winner is named.`,
  );
}
