import { Worker } from 'node:worker_threads';

import { entryFile } from '../../threads/entry-file.ts';
import { HELPER_LIMITS } from '../../threads/heap-limits.ts';

/** The thread that tells its clock to every loop that asks. */
export interface Canary {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the thread. One serves any number of loops, and holds no process open.
 *
 * @returns `undefined` where no loopback socket can be opened: then there is no receive error
 */
export async function startCanary(): Promise<Canary | undefined> {
  const worker = new Worker(entryFile('self-check/loop/canary-thread'), {
    resourceLimits: HELPER_LIMITS,
    stdout: true,
    stderr: true,
  });
  worker.unref();
  const port = await new Promise<number | undefined>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
  });
  if (port === undefined) return undefined;
  return {
    port,
    async stop() {
      await worker.terminate();
    },
  };
}
