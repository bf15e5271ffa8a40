import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

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
  const worker = new Worker(entryFile(), { stdout: true, stderr: true });
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

/** The compiled entry, also when this module runs from its source: Node 20 runs no TypeScript. */
function entryFile(): string {
  const name = import.meta.url.endsWith('.ts')
    ? '../../dist/self-check/canary-thread.js'
    : './canary-thread.js';
  return fileURLToPath(new URL(name, import.meta.url));
}
