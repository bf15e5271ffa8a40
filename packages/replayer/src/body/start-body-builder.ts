import type { MessagePort, Worker } from 'node:worker_threads';

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

/** Builds bodies and hands them to the senders, wherever it runs. */
export interface Builder {
  /** Resolves when the sender has the body. Bodies come in the order asked for. */
  build(message: BuildMessage): Promise<BuiltMessage>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (built: BuiltMessage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Builds bodies on a thread of its own and hands them to the senders. A body of 110,000 tokens
 * takes some 5 ms to write, by which every stamp would be late on a loop that reads.
 */
export class BodyBuilderThread implements Builder {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  /** @param senders a port to each sender; they move to the thread */
  constructor(build: BuildOptions, senders: readonly MessagePort[]) {
    const workerData: BuilderData = { build, senders };
    const transferList = [...senders];
    this.#worker = startThread('body/body-builder-thread', { workerData, transferList });
    this.#worker.on('message', (built: BuiltMessage) => this.#waiting.shift()?.resolve(built));
    this.#worker.on('error', (error) => {
      this.#failure = error;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  build(message: BuildMessage): Promise<BuiltMessage> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#worker.postMessage(message);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
