import { startThread } from '../../threads/start-thread.ts';

/** A thread that sends its clock to every loop that connects. */
export interface Canary {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/** What the canary's thread is started with. */
export interface CanaryData {
  /** Between two stamps to one loop, in the mean. */
  readonly everyMs: number;
}

/** A p99.9 needs so many stamps; more tell little more, and each wakes two threads. */
const ENOUGH_STAMPS = 2000;
/** A short run still gets a p99, and a stall of 100 ms still meets a stamp. */
const EVERY_MS = { least: 9, most: 36 };

/** The mean time between two stamps in a run of so long. */
export function canaryEveryMs(runMs: number): number {
  return Math.min(Math.max(runMs / ENOUGH_STAMPS, EVERY_MS.least), EVERY_MS.most);
}

/**
 * Starts a canary for any number of loops; `undefined` if no loopback socket can be opened.
 *
 * @param runMs how long the loops will be measured, about
 */
export async function startCanary(runMs: number): Promise<Canary | undefined> {
  const workerData: CanaryData = { everyMs: canaryEveryMs(runMs) };
  const worker = startThread('self-check/loop/canary-thread', {
    workerData,
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
