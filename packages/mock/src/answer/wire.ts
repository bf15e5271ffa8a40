import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Timeline } from '../time/timeline.ts';

/** How an answer says where its body ends. */
export type Framing = 'chunked' | 'content-length' | 'close';

/** How a connection is cut: a close in order, or a reset. */
export type Cut = 'fin' | 'rst';

/** One answer on its way to the client. Bytes are in the kernel's hands when a call returns. */
export interface Wire {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** A part of the body, framed. */
  body(bytes: Buffer): void;
  /** Bytes that no framing is put around. */
  raw(bytes: Buffer): void;
  /** The end of the body, as the framing has it. */
  end(): void;
  /** Ends the connection here, after what was written. */
  cut(how: Cut): void;
}

/** A length that no answer reaches, for bodies that end before it. */
const UNREACHED_LENGTH = 2 ** 31;

/** The answer through Node's own HTTP, which keeps the connection for the next request. */
export function createHttpWire(
  response: ServerResponse,
  socket: Socket,
  framing: Framing = 'chunked',
): Wire {
  return {
    head(status, headers) {
      if (framing === 'content-length') response.setHeader('content-length', UNREACHED_LENGTH);
      if (framing === 'close') {
        response.useChunkedEncodingByDefault = false;
        response.shouldKeepAlive = false;
      }
      response.writeHead(status, { ...headers });
      response.flushHeaders();
    },
    body(bytes) {
      response.write(bytes);
      // Node holds writes back until the end of the turn, which would send the tokens of all
      // streams due in one turn after the last of them was rendered.
      socket.uncork();
    },
    raw: (bytes) => void socket.write(bytes),
    end: () => void response.end(),
    cut: (how) => cutSocket(socket, how),
  };
}

/**
 * The answer byte by byte, from the status line on, in chunked framing; then the connection ends.
 */
export function createDribblingWire(socket: Socket, timeline: Timeline, everyNs: number): Wire {
  const waiting: Buffer[] = [];
  let at = 0;
  let isRunning = false;
  let onDrained: () => void = () => undefined;

  const step = (): void => {
    const [bytes] = waiting;
    isRunning = bytes !== undefined;
    if (bytes === undefined) return onDrained();
    socket.write(bytes.subarray(at, ++at));
    if (at === bytes.length) {
      waiting.shift();
      at = 0;
    }
    timeline.at(timeline.nowNs() + everyNs, step);
  };
  const put = (bytes: Buffer): void => {
    if (bytes.length > 0) waiting.push(bytes);
    if (!isRunning) step();
  };
  const finish = (how: Cut): void => {
    onDrained = () => cutSocket(socket, how);
    if (!isRunning) onDrained();
  };

  return {
    head: (status, headers) => put(renderHead(status, headers)),
    body: (bytes) => put(frame(bytes)),
    raw: put,
    end() {
      put(Buffer.from('0\r\n\r\n'));
      finish('fin');
    },
    cut: finish,
  };
}

/**
 * How long a reset waits for the client to read what came before it, in milliseconds. A reset
 * throws away what the kernel has not sent, and to a client that has bytes left to read it can
 * look like an end in order.
 */
const RESET_AFTER_MS = 50;

/** Closes or resets a connection after everything that was written before. */
export function cutSocket(socket: Socket, how: Cut): void {
  if (socket.destroyed) return;
  if (how === 'fin') socket.end();
  else if (socket.bytesWritten === 0) socket.resetAndDestroy();
  else setTimeout(() => socket.resetAndDestroy(), RESET_AFTER_MS);
}

/** A chunk of HTTP's chunked framing. */
export function frame(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}

function renderHead(status: number, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}` +
      'transfer-encoding: chunked\r\nconnection: close\r\n\r\n',
  );
}
