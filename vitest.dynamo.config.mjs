import { defineConfig } from 'vitest/config';

/** The tests against a real Dynamo: `npm run test:dynamo` sets it up and stops it. */
export default defineConfig({
  test: {
    include: ['checks/dynamo/*.live.ts'],
    testTimeout: 120_000,
    pool: 'forks',
    // One deployment at a time: they share the cores with the client that measures them.
    fileParallelism: false,
  },
});
