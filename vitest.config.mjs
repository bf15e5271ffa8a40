import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (name) => fileURLToPath(new URL(`packages/${name}/src/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run the sources, so that a failing line is a line of ours and no stale build can pass.
    alias: Object.fromEntries(
      ['metrics', 'replayer', 'mock'].map((name) => [`@trace-replay/${name}`, source(name)]),
    ),
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'checks/**/*.test.ts',
      'bench/**/*.test.ts',
      'deploy/tests/*.test.ts',
    ],
    // A step of their own: see vitest.real-clock.config.mjs.
    exclude: ['**/node_modules/**', '**/*.real-clock.test.ts'],
    // Generous, because machines are shared: a test that hangs still ends.
    testTimeout: 60_000,
    pool: 'forks',
  },
});
