import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
  type Objective,
  type RunState,
  runStateSchema,
  type Summary,
  summarySchema,
} from '@trace-replay/metrics';
import { type ServerMetrics, serverMetricsSchema } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';

/**
 * Reads a JSON file of a directory of results.
 *
 * @param parse checks its content
 * @param what it should be, for the message
 * @throws {UsageError} if it is not there or not of this version
 */
export function readJson<T>(
  path: string,
  parse: (content: unknown) => T,
  what = `the ${basename(path)} of`,
): T {
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": it is not ${what} this version`, { cause: error });
  }
}

/**
 * `run.json` of a directory of results.
 *
 * @throws {UsageError} if it is not there or not of this version
 */
export function readRunState(directory: string): RunState {
  const path = join(directory, 'run.json');
  if (existsSync(path)) return readJson(path, (content) => runStateSchema.parse(content));
  throw new UsageError(
    `Cannot report "${directory}": it holds no run.json, expected a directory of a run` +
      '\n  It is <artifact-dir>/<epoch>_<name>/<trace>, as the end of the report says.',
  );
}

/** The objectives that a run was judged by. */
export function objectivesOf({ objectives }: RunState): readonly Objective[] {
  return objectives.map(({ metric, limit_ms: limitMs }) => ({ metric, limitMs }));
}

/** @throws {UsageError} if there is no `summary.json` of this version */
export function readSummary(directory: string): Summary {
  return readJson(join(directory, 'summary.json'), (content) => summarySchema.parse(content));
}

/**
 * `server_metrics_summary.json` of a directory of results.
 *
 * @returns nothing if it is not there
 * @throws {UsageError} if it is not of this version
 */
export function readServerMetrics(directory: string): ServerMetrics | undefined {
  const path = join(directory, 'server_metrics_summary.json');
  if (!existsSync(path)) return undefined;
  return readJson(path, (content) => serverMetricsSchema.parse(content), 'of');
}
