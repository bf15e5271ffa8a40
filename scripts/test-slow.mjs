// The steps of `npm run test:slow` after its set-up. Arguments go to vitest.
import { runSteps } from './run-steps.mjs';

const given = process.argv.slice(2);
/** A path that was given may name no test of a step; each step has a file of results. */
const vitest = (config, results) => [
  ...['run', `--config=${config}`, '--passWithNoTests'],
  ...given.map((arg) => arg.replace(/^(--outputFile.*)\.json$/, `$1${results}.json`)),
];

await runSteps([
  {
    name: 'slow tests',
    program: 'vitest/vitest.mjs',
    args: vitest('vitest.slow.config.mjs', ''),
  },
  // After the others and alone, because they measure.
  {
    name: 'real-clock tests',
    program: 'vitest/vitest.mjs',
    args: vitest('vitest.real-clock.config.mjs', '.real-clock'),
  },
]);
