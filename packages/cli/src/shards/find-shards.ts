import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ShardRun } from '@trace-replay/metrics/internal';

import { directoriesIn } from '../artifacts/find-runs.ts';
import { readRunState, readSummary } from '../artifacts/read-json.ts';
import { UsageError } from '../io/errors.ts';

const SHARD_NAME = /^shard-\d+-of-\d+$/;

/**
 * The shards that lie in some directories: each a shard's own, the one that holds a trace's shards,
 * or the run's above it. A shard that was killed before it wrote run.json is not found.
 *
 * @throws {UsageError} for a directory without shards, or one whose files cannot be read
 */
export function findShards(directories: readonly string[]): readonly ShardRun[] {
  const paths = directories.flatMap(shardsIn);
  const real = new Map(paths.map((path) => [realpathSync(path), path]));
  return [...real.values()].map(readShard);
}

function shardsIn(directory: string): readonly string[] {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new UsageError(`Cannot merge "${directory}": it is no directory, expected one of shards`);
  }
  const below = directoriesIn(directory);
  const found = [
    ...below.filter(isShard),
    ...below.flatMap((path) => directoriesIn(path).filter(isShard)),
  ];
  if (found.length > 0) return found;
  if (existsSync(join(directory, 'run.json'))) return [directory];
  throw new UsageError(
    `Cannot merge "${directory}": no shard is in there, expected <artifact-dir>/<run id>`,
  );
}

function isShard(path: string): boolean {
  return SHARD_NAME.test(basename(path)) && existsSync(join(path, 'run.json'));
}

function readShard(place: string): ShardRun {
  const state = readRunState(place);
  return state.status === 'running'
    ? { place, state }
    : { place, state, summary: readSummary(place) };
}
