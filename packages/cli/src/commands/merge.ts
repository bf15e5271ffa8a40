import { join } from 'node:path';

import {
  Accumulator,
  renderFiles,
  renderText,
  type RunState,
  summarize,
} from '@trace-replay/metrics';
import { mergeRunStates, missingShards, type ShardRun } from '@trace-replay/metrics/internal';

import { inputConfigOf, toJson } from '../artifacts/artifacts.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { findShards } from '../shards/find-shards.ts';
import { type Io, print, remark } from '../io/io.ts';
import { joinRecords } from '../shards/join-records.ts';
import { createMergedDirectory } from '../shards/merged-directory.ts';
import { zeroOf } from '../artifacts/read-run-state.ts';
import { nameOf } from '../shards/start-barrier.ts';

export interface MergeFlags {
  readonly artifactDir?: string;
  readonly allowMissing?: boolean;
  readonly json?: boolean;
}

/** Makes one run directory of shards: records joined, everything counted added up. */
export async function mergeCommand(
  directories: readonly string[],
  { artifactDir, allowMissing = false, json = false }: MergeFlags,
  io: Io,
): Promise<ExitCode> {
  const found = findShards(directories);
  const merged = mergedStateOf(found);
  const shards = found.toSorted((a, b) => indexOf(a) - indexOf(b));
  const absent = absentees(merged, shards);
  if (absent.length > 0) {
    const what = `${absent.join(', ')}`;
    if (!allowMissing) {
      throw new UsageError(
        `Cannot merge: ${what}, expected every shard, ended` +
          '\n  --allow-missing merges what is there and says what is missing.',
      );
    }
    remark(io, `Merged without the whole run: ${what}. Rows without a record count as not sent.`);
  }
  const directory = createMergedDirectory(merged, shards, artifactDir);
  const accumulator = new Accumulator({
    objectives: merged.objectives.map(({ metric, limit_ms: limitMs }) => ({ metric, limitMs })),
  });
  try {
    await joinRecords(shards, join(directory.tracePath, 'records.jsonl'), accumulator, (place) =>
      remark(io, `The last line of "${place}/records.jsonl" is cut short and was left out.`),
    );
  } catch (error) {
    directory.discard();
    throw error;
  }
  const summary = summaryOf(merged, accumulator);
  const input = { summary, histograms: accumulator.histograms, zeroUnixMs: zeroOf(merged) };
  for (const { path, text } of renderFiles(input)) directory.write(path, text);
  directory.writeInRun('input_config.json', toJson(inputConfigOf(merged)));
  directory.write('run.json', toJson({ ...merged, rows: summary.rows, exit_code: EXIT.ok }));
  await print(
    io,
    json
      ? JSON.stringify(summary, undefined, 2)
      : renderText(summary, { artifacts: directory.tracePath }),
  );
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
    return `${nameOf(index, shards.count)} ${isThere ? 'has not ended' : 'is not there'}`;
  });
}

function indexOf({ state }: ShardRun): number {
  return state.run.shard?.index ?? 0;
}

function summaryOf(merged: RunState, accumulator: Accumulator) {
  const { status, run, conditions, bodies, readings, shards } = merged;
  const totalRows = conditions.trace.selected_rows;
  const records = (['ok', 'failed', 'aborted_inflight', 'not_sent'] as const).reduce(
    (sum, outcome) => sum + accumulator.outcomes.get(outcome),
    0,
  );
  return summarize(accumulator, {
    // Its shards are named; there is no merged run that is still running.
    status: status === 'running' ? 'partial' : status,
    run,
    conditions,
    totalRows,
    notSent: totalRows - records,
    ...(bodies && { bodies }),
    readings,
    zeroUnixMs: zeroOf(merged),
    shards,
  });
}
