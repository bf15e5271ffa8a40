import base from './vitest.config.mjs';

/**
 * Tests that hold the built command against the clock of another process. A step of their own, one
 * file at a time: whatever else ran beside them would be measured, too. Never retried.
 */
export default {
  ...base,
  test: {
    ...base.test,
    include: ['**/*.real-clock.test.ts'],
    exclude: ['**/node_modules/**', '.cache/**'],
    fileParallelism: false,
    // What one file leaves in memory must not slow the next.
    isolate: true,
    testTimeout: 120_000,
    retry: 0,
  },
};
