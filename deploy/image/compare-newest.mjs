// Compares the newest runs of two or more jobs and leaves the comparison beside the runs:
//
//   node compare-newest.mjs ROOT NAME NAME…
//
// writes ROOT/comparison/<epoch>/comparison.md and comparison.json, prints the first, and ends with
// the code of `replay compare`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { newestRun } from './newest-run.mjs';

const main = fileURLToPath(new URL('node_modules/@trace-replay/cli/dist/main.js', import.meta.url));
const [root = '', ...names] = process.argv.slice(2);
if (names.length < 2) {
  console.error('Cannot compare: expected an artifact directory and two names of jobs or more');
  process.exit(2);
}
const runs = names.map((name) => {
  try {
    return newestRun(root, name);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
});
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
