import { objectivesForFile } from '../record/objectives.ts';
import { rowsOf } from '../schemas/conditions.ts';
import { withoutUnknown } from '../values/without-unknown.ts';
import type { ComparedSide } from './compared-run.ts';
import { type Comparison, COMPARISON_SCHEMA_VERSION } from '../schemas/comparison.ts';
import type { ConditionDifference } from './conditions-check.ts';
import { uncomparedOf } from './counting.ts';
import { holdContest, type Rules } from './contest.ts';
import { caveatsOf, doubtsOf } from './doubts.ts';
import { RESAMPLES } from './effects.ts';
import { MEASURES } from './measures.ts';
import { sliceCountOf, FEWEST_ROWS } from './statistics/time-slices.ts';

/** Fewest runs a side from which anything can be said about runs that were not made. */
export const FEWEST_REPEATS = 3;

/** Probability that all headline intervals hold together. */
const TOGETHER = 0.95;

export interface CompareOptions {
  /** Conditions that the sides do not share, and that somebody allowed. */
  readonly differences?: readonly ConditionDifference[];
  readonly resamples?: number;
}

/**
 * Holds two or more deployments against the first one. Runs are paired in the order given, rows by
 * their index in the trace. `docs/comparison.md` defines every number.
 *
 * @param sides with equally many runs each, whose conditions the caller has compared
 * @throws {RangeError} if there are fewer than two sides, or a side has other than as many runs
 */
export function compareSides(
  sides: readonly ComparedSide[],
  { differences = [], resamples = RESAMPLES }: CompareOptions = {},
): Comparison {
  const [baseline, ...others] = checkSides(sides);
  const { summary, objectives } = baseline.runs[0]!;
  const doubts = doubtsOf(sides, differences);
  const isBetweenRuns = baseline.runs.length >= FEWEST_REPEATS;
  const isPaired = !differences.some(({ what }) => what === 'trace');
  // Bonferroni: if each of so many intervals fails to hold so rarely, one of them seldom does.
  // Goodput is judged only if there are objectives, and what counts tokens only if all count alike.
  const uncompared = uncomparedOf(sides);
  const headlines = MEASURES.filter(
    ({ isHeadline, metric }) =>
      isHeadline &&
      !uncompared.metrics.has(metric) &&
      (metric !== 'goodput' || objectives.length > 0),
  );
  const judged = headlines.length * others.length;
  const alpha = (1 - TOGETHER) / judged;
  const canWin = isBetweenRuns && isPaired && !doubts.isNobodysWin;
  const rules: Rules = {
    ...{ isBetweenRuns, isPaired, canWin, alpha, resamples },
    uncompared: uncompared.metrics,
  };
  const { trace, speedup, output_length: outputLength } = summary.conditions;
  const { file, sha256, rows: traceRows, selected_rows } = trace;
  const rows = rowsOf(summary.run, summary.conditions);
  const hasBootstrap = isPaired && !isBetweenRuns && rows >= FEWEST_ROWS;
  return withoutUnknown<Comparison>({
    schema_version: COMPARISON_SCHEMA_VERSION,
    scope: isBetweenRuns ? 'between_runs' : 'within_one_run',
    sides: sides.map(describeSide),
    trace: { file, sha256, rows: traceRows, selected_rows },
    speedup,
    output_length: outputLength,
    objectives: objectivesForFile(objectives),
    differences: [...differences],
    confidence: {
      together: TOGETHER,
      each: 1 - alpha,
      judged,
      blocks: hasBootstrap ? sliceCountOf(rows) : undefined,
      resamples: hasBootstrap ? resamples : undefined,
    },
    contests: others.map((other, index) => holdContest([baseline, other], [0, index + 1], rules)),
    doubts: [...uncompared.sentences, ...doubts.sentences],
    caveats: [...caveatsOf(sides.map(({ name }) => name))],
  });
}

function checkSides(
  sides: readonly ComparedSide[],
): readonly [ComparedSide, ...(readonly ComparedSide[])] {
  const [baseline, ...others] = sides;
  if (!baseline || others.length === 0 || baseline.runs.length === 0) {
    throw new RangeError(`Cannot compare "${sides.length}" sides: expected two or more with runs`);
  }
  const uneven = others.find(({ runs }) => runs.length !== baseline.runs.length);
  if (uneven) {
    throw new RangeError(
      `Cannot compare "${uneven.name}": it has ${countRuns(uneven)},` +
        ` expected ${countRuns(baseline)} as "${baseline.name}" has`,
    );
  }
  return [baseline, ...others];
}

function countRuns({ runs }: ComparedSide): string {
  return runs.length === 1 ? '1 run' : `${runs.length} runs`;
}

function describeSide({ name, runs }: ComparedSide): Comparison['sides'][number] {
  return {
    name,
    model: runs[0]?.summary.conditions.model ?? '',
    runs: runs.map(({ summary, directory }) => ({
      directory,
      run: summary.run,
      status: summary.status,
      seed: summary.conditions.seed,
      urls: summary.conditions.urls,
      rows: summary.rows,
      fidelity: summary.fidelity?.verdict,
    })),
  };
}
