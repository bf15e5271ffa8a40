import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type RunState, runStateSchema } from '@trace-replay/metrics';

import { UsageError } from '../io/errors.ts';

/**
 * `run.json` of a directory of results.
 *
 * @throws {UsageError} if it is not there or not of this version
 */
export function readRunState(directory: string): RunState {
  const path = join(directory, 'run.json');
  if (!existsSync(path)) {
    throw new UsageError(
      `Cannot report "${directory}": it holds no run.json, expected a directory of a run` +
        '\n  It is <artifact-dir>/<epoch>_<name>/<trace>, as the end of the report says.',
    );
  }
  try {
    return runStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": it is not the run.json of this version`, {
      cause: error,
    });
  }
}

/** Wall clock at the run's zero, ms; of a run that left none, when it began. */
export function zeroOf({ zero, run }: RunState): number {
  return zero?.unix_ms ?? Date.parse(run.started_at);
}
