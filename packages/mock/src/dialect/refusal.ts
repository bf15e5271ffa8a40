import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';

import type { Dialect } from './dialect.ts';

/** An answer that is an HTTP status other than 200. */
export interface Refusal {
  readonly status: number;
  /** Reason phrase; absent for the usual one. */
  readonly reason?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Value of the label `error_type` in `/metrics`. */
  readonly errorType: string;
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const TEXT_HEADERS = { 'content-type': 'text/plain; charset=utf-8' };

/** The status of Dynamo's frontend when all workers are busy. */
export const OVERLOADED = 529;

/** An error with a message, worded as the dialect words its bodies. */
export function refuse(
  dialect: Pick<Dialect, 'errorBody'>,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  // 529 is no registered status, so Dynamo's frontend sends `<none>` as its reason phrase.
  const isOverloaded = status === OVERLOADED;
  const type = isOverloaded ? 'Overloaded' : (STATUS_CODES[status] ?? `Status ${status}`);
  const error = { message, type, code: status };
  return {
    status,
    reason: isOverloaded ? '<none>' : undefined,
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify(dialect.errorBody === 'flat' ? error : { error }),
    errorType: errorTypeOf(status),
  };
}

/** An error without a message of its own: text or nothing, as the HTTP layer itself answers. */
export function refuseBare(status: number, text = ''): Refusal {
  return {
    status,
    headers: text === '' ? {} : TEXT_HEADERS,
    body: text,
    errorType: errorTypeOf(status),
  };
}

/** Sends a refusal. A body that was not read to its end takes the connection with it. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason, headers, body }: Refusal,
): void {
  const close = request.complete ? {} : { connection: 'close' };
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const all = { ...headers, ...length, ...requestIdHeader(request), ...close };
  if (reason === undefined) response.writeHead(status, all);
  else response.writeHead(status, reason, all);
  response.end(body);
}

/** The client's own request id, which every answer repeats. */
export function requestIdHeader(request: IncomingMessage): Readonly<Record<string, string>> {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' ? { 'x-request-id': id } : {};
}

function errorTypeOf(status: number): string {
  if (status === 404) return 'not_found';
  if (status === OVERLOADED || status === 429) return 'overload';
  return status >= 500 ? 'internal' : 'validation';
}
