import { defineConfig } from 'vitest/config';

/** The tests against real servers and clients: `npm run test:servers` installs and stops them. */
export default defineConfig({
  test: {
    include: ['checks/servers/*.live.ts'],
    testTimeout: 120_000,
    pool: 'forks',
    // One server at a time: it shares the cores with the client.
    fileParallelism: false,
  },
});
