import type { FromMock, ToMock } from './process-messages.ts';
import { createMockServer } from './server.ts';

// Entry of a mock's own process, forked by `startMock`: one message in, one out. The channel to
// the parent closes when the parent goes away, and then this process does too.

const answer = (message: FromMock) => process.send?.(message);

process.on('disconnect', () => process.exit(0));

process.once('message', ({ options }: ToMock) => {
  createMockServer(options).then(
    ({ url }) => answer({ type: 'listening', url }),
    (error: Error) => answer({ type: 'failed', message: error.message }),
  );
});

// An interrupt at the terminal reaches the whole group: the parent decides when its mock ends.
process.on('SIGINT', () => undefined);
