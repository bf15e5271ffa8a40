// The steps of `npm test` after its set-up. Arguments go to vitest.
import { runSteps } from './run-steps.mjs';

await runSteps([
  {
    name: 'format',
    takes: 'about 20 s the first time, then 3 s',
    program: 'prettier/bin/prettier.cjs',
    args: ['--check', '--cache', '--cache-location=.cache/prettier', '.'],
  },
  {
    name: 'lint',
    takes: 'about 60 s the first time, then 5 s',
    program: 'eslint/bin/eslint.js',
    args: ['--cache', '--cache-location=.cache/eslint', '--max-warnings=0', '.'],
  },
  { name: 'tests', program: 'vitest/vitest.mjs', args: ['run', ...process.argv.slice(2)] },
]);
