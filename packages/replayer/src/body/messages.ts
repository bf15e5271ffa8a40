import type { MessagePort } from 'node:worker_threads';

import type { PreparedRequest } from '../request/perform-request.ts';
import type { TraceRow } from '../trace/row.ts';
import type { BuildOptions } from './body-builder.ts';

/** What a body builder's thread is started with. */
export interface BuilderData {
  readonly build: BuildOptions;
  /** To each sender, in their order. */
  readonly senders: readonly MessagePort[];
}

/** To a body builder: a row whose body goes to one of the senders. */
export interface BuildMessage {
  readonly row: TraceRow;
  readonly request: Omit<PreparedRequest, 'body'>;
  /** Index of the sender. */
  readonly sender: number;
}

/** From a body builder: the sender has the body. */
export interface BuiltMessage {
  readonly row: number;
  readonly bytes: number;
  /** As `BodyDigest.of` makes it. */
  readonly digest: Uint8Array;
}
