import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { UsageError } from '../io/errors.ts';

/** How deep below a directory the results of a run may lie: `<side>/<epoch>_<name>/<trace>`. */
const DEEPEST = 3;

/**
 * The directories of results that an argument names: one, several with commas between them, or all
 * below a directory.
 *
 * @throws {UsageError} if there is no run
 */
export function findRuns(argument: string): readonly string[] {
  const paths = existsSync(argument) ? [argument] : argument.split(',');
  return paths.flatMap((path) => {
    const found = below(path, DEEPEST);
    if (found.length > 0) return found;
    throw new UsageError(
      `Cannot compare "${path}": it holds no run.json, expected a directory of a run or of several` +
        '\n  It is <artifact-dir>/<epoch>_<name>/<trace>, as the end of the report says.',
    );
  });
}

function below(path: string, depth: number): readonly string[] {
  if (existsSync(join(path, 'run.json'))) return [path];
  if (depth === 0 || !existsSync(path) || !statSync(path).isDirectory()) return [];
  return directoriesIn(path).flatMap((each) => below(each, depth - 1));
}

/** The directories in a directory, by name. */
export function directoriesIn(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name))
    .sort();
}
