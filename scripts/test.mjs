// What `npm test` runs after set-up, step by step, each with its own name when it fails.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = `${root}node_modules`;

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
  ['tests', [`${bin}/vitest/vitest.mjs`, 'run', ...process.argv.slice(2)]],
];

for (const [name, args] of steps) {
  console.log(`\n# ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\nFailed: ${name}`);
    process.exit(status ?? 1);
  }
}
