import type { MockOptionsInput } from './scenario/options.ts';
import { createMockServer } from './server.ts';

// Entry of a mock's own process, forked by `startMock`: one message in, one out. The channel to
// the parent closes when the parent goes away, and then this process ends too.

/** The first message to a mock's process: its options. */
export interface ToMock {
  readonly options: MockOptionsInput;
}

/** The one answer of a mock's process: it listens, or it cannot. */
export type FromMock = { readonly url: string } | { readonly error: string };

const answer = (message: FromMock) => process.send?.(message);

process.on('disconnect', () => process.exit(0));

process.once('message', ({ options }: ToMock) => {
  createMockServer(options).then(
    ({ url }) => answer({ url }),
    (error: Error) => answer({ error: error.message }),
  );
});

// An interrupt at the terminal reaches the whole group: the parent decides when its mock ends.
process.on('SIGINT', () => undefined);
