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
    // A step of their own: see vitest.real-clock.config.mjs.
    exclude: ['**/node_modules/**', '**/*.real-clock.test.ts'],
    // Generous, because machines are shared: a test that hangs still ends.
    testTimeout: 60_000,
    pool: 'forks',
  },
});
