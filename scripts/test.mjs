// What `npm test` runs after set-up, step by step, each with its own name when it fails.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = `${root}node_modules`;
const given = process.argv.slice(2);

const steps = [
  [
    'format',
    [
      `${bin}/prettier/bin/prettier.cjs`,
      '--check',
      '--cache',
      '--cache-location=.cache/prettier',
      '.',
    ],
  ],
  [
    'lint',
    [
      `${bin}/eslint/bin/eslint.js`,
      '--cache',
      '--cache-location=.cache/eslint',
      '--max-warnings=0',
      '.',
    ],
  ],
  ['tests', [`${bin}/vitest/vitest.mjs`, 'run', ...given]],
  // After the others and alone, because they measure. Their results lie in a file of their own.
  [
    'real-clock tests',
    [
      `${bin}/vitest/vitest.mjs`,
      'run',
      '--config=vitest.real-clock.config.mjs',
      // A path that was given may name none of these.
      '--passWithNoTests',
      ...given.map((arg) => arg.replace(/^(--outputFile.*)\.json$/, '$1.real-clock.json')),
    ],
  ],
];

for (const [name, args] of steps) {
  console.log(`\n# ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\nFailed: ${name}`);
    process.exit(status ?? 1);
  }
}
