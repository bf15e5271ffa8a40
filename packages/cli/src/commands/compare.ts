import { type ComparedSide, type Objective, parseObjectives } from '@trace-replay/metrics';
import {
  capacityRatio,
  differencesBetweenSearches,
  renderCapacityRatio,
  SAME_CONDITIONS,
} from '@trace-replay/metrics/internal';
import type { Command } from 'commander';
import * as z from 'zod';

import { findRuns } from '../artifacts/find-runs.ts';
import { readRun } from '../artifacts/read-run.ts';
import { toJson } from '../artifacts/write-part.ts';
import { compareRuns } from '../compare/compare-runs.ts';
import { comparisonFormSchema, renderComparison } from '../compare/render-comparison.ts';
import { addFlags, flagFor, repeated } from '../flags/flags.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print } from '../io/io.ts';
import { toSnakeCase } from '../io/snake-case.ts';
import { isSearch, readSearch } from '../search/search-file.ts';

const CONDITIONS = SAME_CONDITIONS.join(', ');

const compareOptionsSchema = z.strictObject({
  goodput: z.string().optional().describe('judge by these objectives instead of those of the runs'),
  allowDifferent: z
    .array(z.enum(SAME_CONDITIONS, { error: `expected one of ${CONDITIONS}` }))
    .default([])
    .describe(`condition that need not be equal: ${CONDITIONS}`),
  ...comparisonFormSchema.shape,
});

const { shape } = compareOptionsSchema;

/** Adds `compare` to a program. */
export function addCompareCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('compare')
    .description('hold runs against each other: metrics side by side, with intervals')
    .argument('<directories...>', 'two sides or more: a run, several with commas, or all below it')
    .action(async (directories: string[], flags: object) =>
      io.onEnd(await compare(directories, compareOptionsSchema.parse(flags), io)),
    );
  addFlags(command, [
    flagFor(shape, 'goodput', '--goodput <objectives>'),
    flagFor(shape, 'allowDifferent', '--allow-different <condition>', repeated),
    flagFor(shape, 'json', '--json'),
    flagFor(shape, 'markdown', '--markdown'),
    flagFor(shape, 'verbose', '--verbose'),
  ]);
}

/** Compares runs: directories → comparison. Writes no file. */
async function compare(
  directories: readonly string[],
  options: z.output<typeof compareOptionsSchema>,
  io: Io,
): Promise<ExitCode> {
  if (directories.length < 2) {
    throw new UsageError(
      `Cannot compare "${directories.join(' ')}": it is one side, expected two or more directories`,
    );
  }
  if (directories.every(isSearch)) return compareSearches(directories, options, io);
  const { goodput, allowDifferent } = options;
  const objectives = goodput === undefined ? undefined : parseObjectives(goodput);
  const sides: ComparedSide[] = [];
  for (const directory of directories) sides.push(await readSide(directory, objectives));
  const comparison = compareRuns(withDistinctNames(sides), allowDifferent);
  await print(io, renderComparison(comparison, options, io));
  return EXIT.ok;
}

/** Two searches: the ratio of their capacities. */
async function compareSearches(
  directories: readonly string[],
  { json }: { readonly json: boolean },
  io: Io,
): Promise<ExitCode> {
  const [first, second, third] = directories.map(readSearch);
  if (!first || !second || third) {
    throw new UsageError(
      `Cannot compare ${directories.length} searches, expected the directories of two`,
    );
  }
  const different = differencesBetweenSearches(first, second);
  if (different.length > 0) {
    throw new UsageError(
      `Cannot compare the two searches: they differ in ${different.join(', ')}, expected equal ones` +
        '\n  Search again with the same trace, --seed, --target, --goodput, --ramp and --window.',
    );
  }
  const ratio = capacityRatio(first, second);
  const names = [first, second].map(({ plan }) => plan.target.join(', ')) as [string, string];
  await print(io, json ? toJson(toSnakeCase({ ...ratio })) : renderCapacityRatio(ratio, names));
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
