import { type ComparedSide, type Objective, parseObjectives } from '@trace-replay/metrics';
import { SAME_CONDITIONS, type SameCondition } from '@trace-replay/metrics/internal';

import { compareRuns } from '../compare/compare-runs.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { findRuns } from '../artifacts/find-runs.ts';
import { type Io, print } from '../io/io.ts';
import { renderComparison } from '../compare/print-comparison.ts';
import { readRun } from '../artifacts/read-run.ts';

export interface CompareFlags {
  readonly goodput?: string;
  readonly allowDifferent?: readonly string[];
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Holds runs against each other: directories → comparison. Writes no file. */
export async function compareCommand(
  directories: readonly string[],
  flags: CompareFlags,
  io: Io,
): Promise<ExitCode> {
  if (directories.length < 2) {
    throw new UsageError(
      `Cannot compare "${directories.join(' ')}": it is one side, expected two or more directories`,
    );
  }
  const allowed = (flags.allowDifferent ?? []).map(readCondition);
  const objectives = flags.goodput === undefined ? undefined : parseObjectives(flags.goodput);
  const sides: ComparedSide[] = [];
  for (const directory of directories) sides.push(await readSide(directory, objectives));
  await print(io, renderComparison(compareRuns(withDistinctNames(sides), allowed), flags, io));
  return EXIT.ok;
}

async function readSide(
  argument: string,
  objectives: readonly Objective[] | undefined,
): Promise<ComparedSide> {
  const runs = [];
  for (const directory of findRuns(argument)) runs.push(await readRun(directory, objectives));
  // Repeat k of one side has the seed of repeat k of the other.
  runs.sort((a, b) => a.summary.conditions.seed - b.summary.conditions.seed);
  return { name: runs[0]?.summary.run.name ?? argument, runs };
}

/** Runs of one name are told apart by where they lie. */
function withDistinctNames(sides: readonly ComparedSide[]): readonly ComparedSide[] {
  if (new Set(sides.map(({ name }) => name)).size === sides.length) return sides;
  return sides.map(({ runs, name }) => ({ name: runs[0]?.directory ?? name, runs }));
}

function readCondition(text: string): SameCondition {
  const found = SAME_CONDITIONS.find((what) => what === text);
  if (found) return found;
  throw new UsageError(
    `Cannot use --allow-different "${text}": expected one of ${SAME_CONDITIONS.join(', ')}`,
  );
}
