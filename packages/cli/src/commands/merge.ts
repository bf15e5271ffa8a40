import { join } from 'node:path';

import { Accumulator, renderFiles, renderText, type RunState } from '@trace-replay/metrics';
import {
  mergeRunStates,
  missingShards,
  type ShardRun,
  summarizeState,
  zeroOf,
} from '@trace-replay/metrics/internal';
import type { Command } from 'commander';
import * as z from 'zod';

import { inputConfigOf } from '../artifacts/artifacts.ts';
import { objectivesOf } from '../artifacts/read-json.ts';
import { writePictures } from '../artifacts/write-pages.ts';
import { toJson } from '../artifacts/write-part.ts';
import { commandOptionsSchema } from '../flags/command-options.ts';
import { addFlags, flagFor } from '../flags/flags.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark, textOptionsFor } from '../io/io.ts';
import { findShards } from '../shards/find-shards.ts';
import { joinRecords } from '../shards/join-records.ts';
import { createMergedDirectory } from '../shards/merged-directory.ts';
import { shardName } from '../shards/start-barrier.ts';
import { reportOptionsSchema } from './report.ts';

const shape = {
  artifactDir: z
    .string()
    .optional()
    .describe('directory for the merged run (default: beside the shards)'),
  allowMissing: z.boolean().optional().describe('merge what is there, and say what is missing'),
  json: reportOptionsSchema.shape.json,
  verbose: commandOptionsSchema.shape.verbose,
  html: reportOptionsSchema.shape.html,
};

type MergeFlags = z.input<z.ZodObject<typeof shape>>;

/** Adds `merge` to a program: records of shards joined, everything counted added up. */
export function addMergeCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('merge')
    .description('make one run of its shards')
    .argument('<directory...>', "a shard's directory, or one that holds shards")
    .action(async (directories: string[], flags: MergeFlags) =>
      io.onEnd(await merge(directories, flags, io)),
    );
  addFlags(command, [
    flagFor(shape, 'artifactDir', '--artifact-dir <directory>'),
    flagFor(shape, 'allowMissing', '--allow-missing'),
    flagFor(shape, 'json', '--json'),
    flagFor(shape, 'verbose', '--verbose'),
    flagFor(shape, 'html', '--no-html'),
  ]);
}

async function merge(
  directories: readonly string[],
  { artifactDir, allowMissing = false, json = false, verbose = false, html = true }: MergeFlags,
  io: Io,
): Promise<ExitCode> {
  const found = findShards(directories);
  const merged = mergedStateOf(found);
  const shards = found.toSorted((a, b) => indexOf(a) - indexOf(b));
  const absent = absentees(merged, shards);
  if (absent.length > 0) {
    const what = absent.join(', ');
    if (!allowMissing) {
      throw new UsageError(
        `Cannot merge: ${what}, expected every shard, ended` +
          '\n  --allow-missing merges what is there and says what is missing.',
      );
    }
    remark(io, `Merged without the whole run: ${what}. Rows without a record count as not sent.`);
  }
  const directory = createMergedDirectory(merged, shards, artifactDir);
  const objectives = objectivesOf(merged);
  const accumulator = new Accumulator({ objectives });
  try {
    await joinRecords(shards, join(directory.tracePath, 'records.jsonl'), accumulator, (place) =>
      remark(io, `The last line of "${place}/records.jsonl" is cut short and was left out.`),
    );
  } catch (error) {
    directory.discard();
    throw error;
  }
  const summary = summarizeState(merged, accumulator);
  const input = { summary, histograms: accumulator.histograms, zeroUnixMs: zeroOf(merged) };
  for (const { path, text } of renderFiles(input)) directory.write(path, text);
  directory.writeInRun('input_config.json', toJson(inputConfigOf(merged)));
  directory.write('run.json', toJson({ ...merged, rows: summary.rows, exit_code: EXIT.ok }));
  const { tracePath } = directory;
  const text = { ...textOptionsFor(io), artifacts: tracePath, verbose };
  await print(io, json ? toJson(summary) : renderText(summary, text));
  await writePictures({ directory: tracePath, summary, objectives, html });
  return EXIT.ok;
}

function mergedStateOf(shards: readonly ShardRun[]): RunState {
  try {
    return mergeRunStates(shards);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** `shard-1-of-4 is not there`, `shard-2-of-4 has not ended` */
function absentees({ shards }: RunState, found: readonly ShardRun[]): readonly string[] {
  if (shards === undefined) return [];
  return missingShards(shards).map((index) => {
    const isThere = found.some((shard) => indexOf(shard) === index);
    return `${shardName({ index, count: shards.count })} ${isThere ? 'has not ended' : 'is not there'}`;
  });
}

function indexOf({ state }: ShardRun): number {
  return state.run.shard?.index ?? 0;
}
