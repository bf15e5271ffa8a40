import { formatObjectives, type Objective } from '../record/objectives.ts';
import { type Comparison, SAME_CONDITIONS, type SameCondition } from '../schemas/comparison.ts';
import type { ComparedRun } from './compared-run.ts';

/** A condition that two runs do not share. */
export type ConditionDifference = Readonly<Comparison['differences'][number]>;

export type ConditionsOfRun = Pick<ComparedRun, 'summary' | 'objectives'>;

/** The conditions that two runs do not share, in the order of `SAME_CONDITIONS`. */
export function conditionDifferences(
  first: ConditionsOfRun,
  second: ConditionsOfRun,
): readonly ConditionDifference[] {
  const [ofFirst, ofSecond] = [wordsOf(first), wordsOf(second)];
  const differences = SAME_CONDITIONS.filter((what) => what !== 'bodies')
    .map((what) => ({ what, first: ofFirst[what], second: ofSecond[what] }))
    .filter(({ first: a, second: b }) => a !== b);
  if (differences.length > 0) return differences;
  // Bodies follow from the rest, but for --body; those of a run that was stopped are fewer.
  const [a, b] = [first.summary.bodies, second.summary.bodies];
  if (a === undefined || b === undefined || a.count !== b.count || a.digest === b.digest) return [];
  return [{ what: 'bodies', first: a.digest.slice(0, 12), second: b.digest.slice(0, 12) }];
}

function wordsOf({
  summary,
  objectives,
}: ConditionsOfRun): Record<Exclude<SameCondition, 'bodies'>, string> {
  const { trace, seed, speedup, model, endpoint, output_length, prompt_algorithm } =
    summary.conditions;
  const { shard } = summary.run;
  const part = shard ? `, shard ${shard.index} of ${shard.count}` : '';
  const selected = `${trace.selected_rows} rows from row ${trace.first_row}${part}`;
  return {
    trace: `${trace.sha256?.slice(0, 12) ?? 'not read to its end'}, ${selected}`,
    seed: String(seed),
    speedup: String(speedup),
    objectives: formatObjectives(objectives.toSorted(byMetric)) || 'none',
    'output-length': output_length,
    model: model ?? 'unknown',
    prompts: `${endpoint}, ${prompt_algorithm}, blocks of ${trace.block_size}`,
  };
}

function byMetric(a: Objective, b: Objective): number {
  return a.metric < b.metric ? -1 : 1;
}
