import type { MessagePort } from 'node:worker_threads';

import type { BuildOptions } from './body-builder.ts';
import type { RowRequest } from '../request/request.ts';
import { startThread } from '../threads/start-thread.ts';
import type { TraceRow } from '../trace/row.ts';

/** What the builder's thread is started with. */
export interface BuilderData {
  readonly build: BuildOptions;
  /** To each sender, in their order. */
  readonly senders: readonly MessagePort[];
}

/** To the builder: a row whose body goes to one of the senders. */
export interface BuildMessage {
  readonly row: TraceRow;
  readonly request: RowRequest;
  /** Index of the sender. */
  readonly sender: number;
}

/** From the builder: the sender has the body. */
export interface BuiltMessage {
  readonly row: number;
  readonly bytes: number;
  /** As `BodyDigest.of` makes it. */
  readonly digest: Uint8Array;
}

/** Builds bodies on a thread of its own and hands them to the senders. */
export interface BodyBuilderThread {
  /**
   * Resolves when the sender has the body; bodies come in the order in which they are asked for.
   */
  build(message: BuildMessage): Promise<BuiltMessage>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (built: BuiltMessage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A body of 110,000 tokens takes some 5 ms to write: on a loop that reads, every stamp of that time
 * would be late by as much.
 *
 * @param senders a port to each sender; they move to the thread
 */
export function startBodyBuilder(
  build: BuildOptions,
  senders: readonly MessagePort[],
): BodyBuilderThread {
  const workerData: BuilderData = { build, senders };
  const worker = startThread('body/body-builder-thread', {
    workerData,
    transferList: [...senders],
  });
  const waiting: Waiting[] = [];
  let failure: { readonly error: Error } | undefined;
  worker.on('message', (built: BuiltMessage) => waiting.shift()?.resolve(built));
  worker.on('error', (error) => {
    failure = { error };
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    build(message) {
      return new Promise((resolve, reject) => {
        if (failure) reject(failure.error);
        else {
          waiting.push({ resolve, reject });
          worker.postMessage(message);
        }
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}
