import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { RunState } from '@trace-replay/metrics';
import type { ShardRun } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';
import { createRunDirectory, directoryAt, type RunDirectory } from '../artifacts/run-directory.ts';

/**
 * Where a merged run goes: beside its shards, or as `<run id>/<trace>/` below another directory.
 *
 * @throws {UsageError} if a run is there already, or the shards lie in several places and no other
 *   directory is named
 */
export function createMergedDirectory(
  { run, conditions }: RunState,
  shards: readonly ShardRun[],
  artifactDir: string | undefined,
): RunDirectory {
  if (artifactDir !== undefined) {
    return createRunDirectory(artifactDir, {
      name: run.name ?? 'merged',
      trace: conditions.trace.file,
      epochSeconds: Math.floor(Date.parse(run.started_at) / 1000),
      runId: run.id,
    });
  }
  const [tracePath = '', other] = [...new Set(shards.map(({ place }) => dirname(resolve(place))))];
  if (other !== undefined) {
    throw new UsageError(
      `Cannot merge into one of "${tracePath}" and "${other}": the shards lie in several places` +
        '\n  Pass --artifact-dir.',
    );
  }
  if (existsSync(join(tracePath, 'run.json'))) {
    throw new UsageError(
      `Cannot write into "${tracePath}": it holds a run already, expected shards alone` +
        '\n  They were merged before, or pass another --artifact-dir.',
    );
  }
  // The shards stay; nothing but the joined records is written before all is known.
  return directoryAt(dirname(tracePath), tracePath, () =>
    rmSync(join(tracePath, 'records.jsonl'), { force: true }),
  );
}
