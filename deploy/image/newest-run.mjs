import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The newest run of a name that has ended, whatever its trace.
 *
 * @param {string} root the artifact directory
 * @param {string} name the run's, as in `<epoch>_<name>`
 * @returns {string} `<root>/<epoch>_<name>/<trace>`
 * @throws {Error} if there is none
 */
export function newestRun(root, name) {
  const runs = (existsSync(root) ? readdirSync(root) : [])
    .map((directory) => /^(\d+)_(.*)$/.exec(directory))
    .filter((match) => match?.[2] === name)
    .sort(([, a], [, b]) => Number(b) - Number(a))
    .flatMap(([directory]) =>
      readdirSync(join(root, directory)).map((trace) => join(root, directory, trace)),
    );
  const found = runs.find((directory) => hasEnded(join(directory, 'run.json')));
  if (found !== undefined) return found;
  const why = runs.length > 0 ? 'none of its runs has ended' : 'it has no run';
  throw new Error(`Cannot find a run of "${name}" in "${root}": ${why}, expected one that has`);
}

function hasEnded(file) {
  if (!existsSync(file)) return false;
  return JSON.parse(readFileSync(file, 'utf8')).status !== 'running';
}
