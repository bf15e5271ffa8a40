import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const packages = fileURLToPath(new URL('packages', import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run the sources, so that a failing line is a line of ours and no stale build can pass.
    alias: [
      { find: /^@trace-replay\/(\w+)$/, replacement: `${packages}/$1/src/index.ts` },
      { find: /^@trace-replay\/(\w+)\/(\w+)$/, replacement: `${packages}/$1/src/$2.ts` },
    ],
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'checks/**/*.test.ts',
      'bench/**/*.test.ts',
      'deploy/tests/*.test.ts',
    ],
    // `npm run test:slow` runs these: see vitest.slow.config.mjs and vitest.real-clock.config.mjs.
    exclude: ['**/node_modules/**', '**/*.slow.test.ts', '**/*.real-clock.test.ts'],
    reporters: ['default', './scripts/skipped-reporter.mjs'],
    // Generous, because machines are shared: a test that hangs still ends.
    testTimeout: 60_000,
    pool: 'forks',
    // A process for every file would import the sources 180 times: a third of all time.
    isolate: false,
    // Vitest leaves one core idle, which is every second one of two.
    maxWorkers: availableParallelism(),
  },
});
