import { formatDecimal } from '../units.ts';
import type { ComparedRun, ComparedSide } from './compared-run.ts';
import type { ConditionDifference } from './conditions-check.ts';

/** Sentences about what the reader ought to doubt, and whether they forbid to name a winner. */
export interface Doubts {
  readonly sentences: readonly string[];
  readonly isNobodysWin: boolean;
}

/** What about these runs makes their comparison less than it seems. */
export function doubtsOf(
  sides: readonly ComparedSide[],
  differences: readonly ConditionDifference[],
): Doubts {
  const grave = [...sides.flatMap(graveOf), ...differences.map(describeDifference)];
  const light = [...sides.flatMap(lightOf), ...verdictlessOf(sides), ...overlapsOf(sides)];
  return { sentences: [...grave, ...light], isNobodysWin: grave.length > 0 };
}

function graveOf(side: ComparedSide): string[] {
  return side.runs.flatMap((run, index) => {
    const name = nameOf(side, index);
    const { status, rows } = run.summary;
    const unsent = rows.aborted_inflight + rows.not_sent;
    const sentences: string[] = [];
    if (status !== 'completed') {
      sentences.push(
        `${name} did not complete (${status}): its ${formatDecimal(unsent)} rows that were aborted` +
          ' or not sent count as lost, which is not the fault of the server.',
      );
    }
    if (verdictOf(run) === 'invalid') {
      sentences.push(
        `${name} is invalid by its own fidelity: it measured itself more than the server.`,
      );
    }
    return sentences;
  });
}

function lightOf(side: ComparedSide): string[] {
  const sentences: string[] = [];
  side.runs.forEach((run, index) => {
    if (verdictOf(run) === 'degraded') {
      sentences.push(`${nameOf(side, index)} is degraded by its own fidelity: see its summary.`);
    }
  });
  const seeds = side.runs.map(({ summary }) => summary.conditions.seed);
  if (new Set(seeds).size < seeds.length) {
    sentences.push(
      `${side.name}: repeats share a seed, so a later one may have met the prompts of an earlier` +
        ' one in a warm cache.',
    );
  }
  return sentences;
}

/** Runs that say nothing about themselves. */
function verdictlessOf(sides: readonly ComparedSide[]): string[] {
  const names = sides
    .filter(({ runs }) => runs.some((run) => verdictOf(run) === undefined))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [`No verdict on their own fidelity: runs of ${names.join(', ')}; look at schedule_lag.`];
}

/** Runs that went on at the same time may have slowed each other. */
function overlapsOf(sides: readonly ComparedSide[]): string[] {
  const runs = sides
    .flatMap((side) =>
      side.runs.map((run, index) => ({ name: nameOf(side, index), ...timesOf(run) })),
    )
    .sort((a, b) => a.startedMs - b.startedMs);
  return runs.flatMap((run, index) => {
    const next = runs[index + 1];
    if (next === undefined || !(next.startedMs < run.endedMs)) return [];
    return [`${run.name} and ${next.name} ran at the same time: they may have slowed each other.`];
  });
}

function timesOf({ summary }: ComparedRun): { startedMs: number; endedMs: number } {
  const { started_at: startedAt, ended_at: endedAt } = summary.run;
  return {
    startedMs: Date.parse(startedAt),
    endedMs: endedAt === undefined ? -Infinity : Date.parse(endedAt),
  };
}

/** What a run found about its own fidelity; `undefined` if it left no readings of itself. */
function verdictOf({ summary }: ComparedRun) {
  return summary.fidelity?.verdict;
}

function describeDifference({ what, first, second }: ConditionDifference): string {
  return `The sides differ in ${what}, as was allowed: ${first} against ${second}.`;
}

function nameOf({ name, runs }: ComparedSide, index: number): string {
  return runs.length === 1 ? name : `${name}, run ${index + 1},`;
}
