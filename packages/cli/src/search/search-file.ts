import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type SearchFile, searchFileSchema, type SearchPlan } from '@trace-replay/metrics/internal';

import { toJson, writeWhole } from '../artifacts/write-part.ts';
import { UsageError } from '../io/errors.ts';

const NAME = 'search.json';

/** @throws {ArtifactError} if it cannot be written */
export function saveSearch(root: string, file: SearchFile): void {
  writeWhole(join(root, NAME), toJson(file));
}

/** @throws {UsageError} if there is none that can be read */
export function readSearch(root: string): SearchFile {
  const path = join(root, NAME);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'it is not there' : message;
    throw new UsageError(
      `Cannot read "${path}": ${problem}, expected the directory of a search` +
        '\n  Give the directory that holds search.json.',
    );
  }
  try {
    return searchFileSchema.parse(JSON.parse(text));
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`Cannot read "${path}": ${message.split('\n')[0]}, expected search.json`, {
      cause: error,
    });
  }
}

/** Whether a directory holds a search. */
export function isSearch(root: string): boolean {
  try {
    readFileSync(join(root, NAME));
    return true;
  } catch {
    return false;
  }
}

/** What a search that goes on must share with its first part; targets may have moved. */
const FIXED = [
  ...(['trace_digest', 'is_simulated', 'share', 'objectives', 'precision', 'from'] as const),
  ...(['ramp_s', 'window_s', 'seed', 'warm_up', 'fastest'] as const),
];

/** @throws {UsageError} naming the first thing that differs */
export function refuseOtherPlan(root: string, before: SearchPlan, now: SearchPlan): void {
  for (const key of FIXED) {
    const [was, is] = [JSON.stringify(before[key]), JSON.stringify(now[key])];
    if (was === is) continue;
    throw new UsageError(
      `Cannot go on with "${root}": its ${key} is ${was}, and now it is ${is}` +
        '\n  Use the flags of its first part, or begin another search.',
    );
  }
}
