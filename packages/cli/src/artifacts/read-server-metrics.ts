import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type ServerMetrics, serverMetricsSchema } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';

/**
 * `server_metrics_summary.json` of a directory of results.
 *
 * @returns nothing if it is not there
 * @throws {UsageError} if it is not of this version
 */
export function readServerMetrics(directory: string): ServerMetrics | undefined {
  const path = join(directory, 'server_metrics_summary.json');
  if (!existsSync(path)) return undefined;
  try {
    return serverMetricsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": it is not of this version`, { cause: error });
  }
}
