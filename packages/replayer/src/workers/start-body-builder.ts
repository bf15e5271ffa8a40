import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { TraceRow } from '../trace/row.ts';
import type { BuildOptions, BuiltBody } from './body-builder.ts';

/** Builds bodies on a thread of its own, off the loop that sends and stamps. */
export interface BodyBuilderThread {
  /** Bodies come in the order in which they are asked for. */
  build(row: TraceRow): Promise<BuiltBody>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (built: BuiltBody) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A body of 110,000 tokens takes some 5 ms to write: on the sending loop, every stamp of that time would be late by as much.
 */
export function startBodyBuilder(options: BuildOptions): BodyBuilderThread {
  const worker = new Worker(entryFile(), { workerData: options });
  const waiting: Waiting[] = [];
  let failure: { readonly error: Error } | undefined;
  worker.on('message', (built: BuiltBody) => waiting.shift()?.resolve(built));
  worker.on('error', (error) => {
    failure = { error };
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    build(row) {
      return new Promise((resolve, reject) => {
        if (failure) reject(failure.error);
        else {
          waiting.push({ resolve, reject });
          worker.postMessage(row);
        }
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** The compiled entry, also when this module runs from its source: Node 20 runs no TypeScript. */
function entryFile(): string {
  const name = import.meta.url.endsWith('.ts')
    ? '../../dist/workers/body-builder-thread.js'
    : './body-builder-thread.js';
  return fileURLToPath(new URL(name, import.meta.url));
}
