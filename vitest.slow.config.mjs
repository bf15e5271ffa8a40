import base from './vitest.config.mjs';

/** Tests that take minutes, or need programs beyond npm: Go, kubectl, tmux, pip. */
export default {
  ...base,
  test: {
    ...base.test,
    include: ['**/*.slow.test.ts'],
    exclude: ['**/node_modules/**', '.cache/**'],
  },
};
