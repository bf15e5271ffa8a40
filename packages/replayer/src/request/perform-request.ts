import type { RequestRecord } from '@trace-replay/metrics';

import type { Connections } from '../client/connections.ts';
import { type ExchangeOptions, prepareExchange, type RunningExchange } from '../client/exchange.ts';
import { recordOutcome } from './record-outcome.ts';
import { AnswerParser } from '../stream/answer.ts';

/** A request whose body is bytes already. */
export interface PreparedRequest {
  /** Index of the row in the trace file. */
  readonly row: number;
  readonly dueNs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Index into the list of targets. */
  readonly target: number;
  /** Owns its buffer; its memory is given back when the kernel has it. */
  readonly body: Uint8Array;
}

export interface PerformOptions extends ExchangeOptions {
  readonly connections: Connections;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly exactLength: boolean;
}

/** Makes ready what sends one request and then calls back once with its record. */
export function prepareRequest(
  request: PreparedRequest,
  onRecord: (record: RequestRecord) => void,
  { connections, path, headers, exactLength, ...options }: PerformOptions,
): RunningExchange {
  const { body, ...rest } = request;
  const asked = { ...rest, bodyBytes: body.byteLength, exactLength };
  const answer = new AnswerParser();
  // undici cannot tell the length of a body that it has not got.
  const ownHeaders = { ...headers, 'content-length': String(body.byteLength) };
  return prepareExchange(
    connections,
    { path, headers: ownHeaders, body },
    answer,
    (facts) => onRecord(recordOutcome(asked, facts, answer.end())),
    options,
  );
}

/**
 * Sends one request and calls back once with its record.
 *
 * @returns what aborts it
 */
export function performRequest(...args: Parameters<typeof prepareRequest>): () => void {
  const exchange = prepareRequest(...args);
  exchange.start();
  return () => exchange.abort();
}
