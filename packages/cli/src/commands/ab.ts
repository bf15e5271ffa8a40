import { join } from 'node:path';

import { parseObjectives } from '@trace-replay/metrics';
import { resolveOptions } from '@trace-replay/replayer/internal';
import type { Command } from 'commander';
import * as z from 'zod';

import {
  comparisonFormSchema,
  renderComparison,
  saveComparison,
} from '../compare/render-comparison.ts';
import { agreeOnModel, runSides } from '../compare/run-sides.ts';
import { completeFlags } from '../flags/flag-sources.ts';
import { addFlags, flagFor, type FlagValues, number, repeated, valuesOf } from '../flags/flags.ts';
import {
  ESSENTIAL_FLAGS,
  readReplayFlags,
  REPLAY_FLAGS,
  type ReplayCommandOptions,
} from '../flags/replay-flags.ts';
import { requireFlags } from '../flags/required-flags.ts';
import { exitCodeOf, sentence } from '../flags/sentence.ts';
import { UsageError } from '../io/errors.ts';
import { type ExitCode, worstOf } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark } from '../io/io.ts';

const urls = z.array(z.string().min(1)).min(1);
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/, {
  error: 'expected letters, digits, ".", "_" and "-", at most 96',
});

/** Options of a comparison of two servers beyond those of the replays that it is made of. */
export const abOptionsSchema = z.strictObject({
  a: urls.describe('base URL of the first server; several times for several frontends of it'),
  b: urls.describe('base URL of the second server, compared with the first'),
  aName: name.default('a').describe('name of the first server in reports and directories'),
  bName: name.default('b').describe('name of the second server'),
  repeat: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('runs of each server; the next has the next seed; three or more can name a winner'),
  name: name.default('ab').describe('name of the directory'),
  ...comparisonFormSchema.shape,
});

type AbOptions = z.output<typeof abOptionsSchema>;

/** Flags of a replay that mean nothing for several runs, or that `ab` sets itself. */
const LEFT_OUT = new Set([
  ...[
    '--url',
    '--name',
    '--json',
    '--verbose',
    '--dry-run',
    '--fail-if',
    '--metrics-port',
    '--metrics-host',
  ],
  ...['--shard', '--run-id', '--start-at', '--start-barrier', '--wait-for-shards', '--start-lead'],
]);

const { shape } = abOptionsSchema;
const SIDE_FLAGS = [
  flagFor(shape, 'a', '--a <url>', repeated),
  flagFor(shape, 'b', '--b <url>', repeated),
  flagFor(shape, 'aName', '--a-name <name>'),
  flagFor(shape, 'bName', '--b-name <name>'),
  flagFor(shape, 'repeat', '--repeat <count>', number),
  flagFor(shape, 'name', '--name <name>'),
  flagFor(shape, 'json', '--json'),
  flagFor(shape, 'markdown', '--markdown'),
  flagFor(shape, 'verbose', '--verbose'),
].map((flag) => flag.helpGroup('The two sides'));
const FLAGS = [...SIDE_FLAGS, ...REPLAY_FLAGS.filter(({ long }) => !LEFT_OUT.has(long ?? ''))];

const ESSENTIAL = new Set([...ESSENTIAL_FLAGS, ...SIDE_FLAGS.map(({ long }) => long ?? '')]);
for (const flag of ['--output-length', '--header', '--warm-up-requests']) ESSENTIAL.delete(flag);

/** Adds `ab` to a program: replays a trace against two servers in turns, and compares the runs. */
export function addAbCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('ab')
    .description('replay a trace against two servers in turns, and compare them')
    .usage('--trace <file> --a <url> --b <url> [flags]')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { values, remarks, given } = await completeFlags(command, FLAGS, process.env);
      for (const text of remarks) remark(io, text);
      const ab = readAbOptions(values);
      io.onEnd(await compareServers(ab, readReplayOptions(values, given), io));
    });
  addFlags(command, FLAGS, ESSENTIAL);
}

/** @throws {UsageError} if a side is missing, or both have one name */
function readAbOptions(values: FlagValues): AbOptions {
  requireFlags('compare', values);
  const ab = abOptionsSchema.parse(valuesOf(shape, FLAGS, values));
  if (ab.aName !== ab.bName) return ab;
  throw new UsageError(`Cannot compare "${ab.aName}" with itself: expected two names`);
}

/**
 * Options of every run; `urls` are those of the first side.
 *
 * @param given names of the flags whose values are no defaults
 * @throws {UsageError} if the trace can be read only once
 */
function readReplayOptions(
  { name: _name, json: _json, ...values }: FlagValues,
  given: ReadonlySet<string>,
) {
  const options = readReplayFlags({ ...values, url: values['a'] }, given);
  if (options.replay.trace !== '-') return options;
  throw new UsageError('Cannot replay stdin several times: expected --trace with a file');
}

/** Replays a trace against two servers in turns, compares the runs and prints the comparison. */
export async function compareServers(
  ab: AbOptions,
  { replay, command }: ReplayCommandOptions,
  io: Io,
): Promise<ExitCode> {
  const objectives = parseObjectives(command.goodput);
  const model = await agreeOnModel(replay, [ab.a, ab.b]);
  const root = join(command.artifactDir, `${Math.floor(Date.now() / 1000)}_${ab.name}`);
  const { seed } = resolveOptions(replay);
  const sides = [
    { name: ab.aName, urls: ab.a },
    { name: ab.bName, urls: ab.b },
  ] as const;
  const runs = { replay: { ...replay, model, seed }, command, objectives };
  const ended = await runSides({ sides, repeats: ab.repeat, root, ...runs }, io);
  const comparison = await saveComparison(root, ended.sides, objectives);
  if (comparison === undefined)
    remark(io, 'Nothing to compare: no repeat has ended on both sides.');
  else await print(io, renderComparison(comparison, ab, io, root));
  if (ended.error === undefined) return worstOf(ended.codes);
  remark(io, sentence(ended.error));
  return exitCodeOf(ended.error);
}

const EXAMPLES = `
Examples:
  replay ab --trace trace.jsonl --a http://localhost:8000 --b http://localhost:8001 --repeat 3
  replay ab --trace trace.jsonl.gz --limit 500 --repeat 5 \\
    --a http://agg:8000 --a-name agg-round-robin --b http://disagg:8000 --b-name disagg-kv`;
