import { startThread } from '../../threads/start-thread.ts';

/** A thread that sends its clock to every loop that connects. */
export interface Canary {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a canary for any number of loops; `undefined` if no loopback socket can be opened. */
export async function startCanary(): Promise<Canary | undefined> {
  const worker = startThread('self-check/loop/canary-thread', { stdout: true, stderr: true });
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
