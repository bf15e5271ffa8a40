import type { RequestRecord } from '@trace-replay/metrics';

import type { Connections } from '../client/connections.ts';
import { Exchange, type ExchangeOptions } from '../client/exchange.ts';
import type { Redact } from '../errors/redact.ts';
import { AnswerParser } from '../stream/answer.ts';
import { recordOutcome } from './record-outcome.ts';
import type { PreparedRequest } from './request.ts';

export interface PerformOptions extends ExchangeOptions {
  readonly connections: Connections;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly exactLength: boolean;
  /** Takes secrets out of whatever text of the server is kept. */
  readonly redact?: Redact | undefined;
  /** Whether the server is known to send the first token in an event of its own. */
  readonly isFirstAlone?: boolean | undefined;
}

/** Makes ready what sends one request and then calls back once with its record. */
export function prepareRequest(
  request: PreparedRequest,
  onRecord: (record: RequestRecord) => void,
  { connections, path, headers, exactLength, redact, isFirstAlone, ...options }: PerformOptions,
): Exchange {
  const { body, ...rest } = request;
  const asked = { ...rest, bodyBytes: body.byteLength, exactLength, redact, isFirstAlone };
  const answer = new AnswerParser();
  return new Exchange(
    connections,
    { path, headers, body },
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
