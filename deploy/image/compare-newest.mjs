// Compares the newest runs of two or more Jobs and writes the comparison beside the runs:
//
//   node compare-newest.mjs ROOT NAME NAME…
//
// ROOT/comparison/<epoch>/ gets comparison.md, which is printed too, and comparison.json. The exit
// code is that of `replay compare`.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('bundle/main.js', import.meta.url));
const [root = '', ...names] = process.argv.slice(2);
if (names.length < 2) {
  console.error('Cannot compare: expected an artifact directory and two names of jobs or more');
  process.exit(2);
}
const runs = names.map(newestRun);
const directory = join(root, 'comparison', String(Math.floor(Date.now() / 1000)));

const [markdown] = [
  ['--markdown', 'comparison.md'],
  ['--json', 'comparison.json'],
].map(([flag, name]) => {
  const { stdout, status } = spawnSync(process.execPath, [main, 'compare', ...runs, flag], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exitCode = status ?? 1;
  if (stdout !== '') {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${name}.part`), stdout, { flush: true });
    renameSync(join(directory, `${name}.part`), join(directory, name));
  }
  return stdout;
});
process.stdout.write(markdown);
if (markdown !== '') console.error(`Left in ${directory}`);

/** The newest run of a Job that has ended, of any trace: `<root>/<epoch>_<name>/<trace>`. */
function newestRun(name) {
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
  console.error(`Cannot find a run of "${name}" in "${root}": ${why}, expected one that has`);
  process.exit(2);
}

function hasEnded(file) {
  if (!existsSync(file)) return false;
  return JSON.parse(readFileSync(file, 'utf8')).status !== 'running';
}
