import type { Clock } from '../time/clock.ts';

/** TLS settings of a target, PEM texts. */
export interface TlsOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Name that the certificate has to bear; the host of the URL if absent. */
  readonly servername?: string | undefined;
  /** Accept any certificate. Recorded in the run's conditions. */
  readonly insecure?: boolean | undefined;
}

/** The server that requests go to. */
export interface Destination {
  /** Scheme, host and port, such as `https://host:8443`. */
  readonly origin: string;
  readonly tls?: TlsOptions | undefined;
  /** Address that the host name was resolved to; the name is resolved if it is absent. */
  readonly address?: { readonly address: string; readonly family: 4 | 6 } | undefined;
}

/**
 * Makes the transport to one server. Every thread that sends makes its own.
 *
 * @param clock every stamp is a reading of it, in nanoseconds since the run's zero
 */
export type CreateTransport = (destination: Destination, clock: Clock) => Transport;

/** The way to one server: all that the client knows of sockets and of HTTP. */
export interface Transport {
  /** Makes a connection. It connects when `open` or `prepare` is called. */
  connect(listener: ConnectionListener): TransportConnection;
}

/**
 * One connection, which carries one request at a time and may connect again when it was lost. None
 * of its methods throws.
 */
export interface TransportConnection {
  /**
   * Begins connecting, unless it is connected or about to be. Failure is no event: `prepare` tries
   * again.
   */
  open(): void;
  /** Does all but the write, and connects if need be. The connection before it must have ended. */
  prepare(request: TransportRequest, listener: ExchangeListener): PreparedWrite;
  /** Ends the connection and what runs on it, for good. No listener is called afterwards. */
  close(): void;
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Must not change before `onFlushed`. */
  readonly body?: Uint8Array | undefined;
}

/** A request of which only the write is left. */
export interface PreparedWrite {
  /** Writes head and body: now, or as soon as there is a connection. To be called once. */
  write(): void;
}

/** Learns what becomes of a connection. Instants in nanoseconds since the run's zero. */
export interface ConnectionListener {
  onConnecting(atNs: number): void;
  /** TLS included. */
  onConnected(atNs: number): void;
  /** A connection that was there is gone, whoever closed it. */
  onClosed(): void;
}

/**
 * Learns what becomes of a request, in this order; `onFlushed` may come at any time after
 * `onWrite`. Instants in nanoseconds since the run's zero.
 */
export interface ExchangeListener {
  /** The first byte is about to be written. */
  onWrite(atNs: number): void;
  /** The kernel has all bytes of the request. */
  onFlushed(atNs: number): void;
  /** The head of the answer; those with a status below 200 are left out. */
  onHead(head: AnswerHead, atNs: number): void;
  /**
   * Part of the answer's body, without the framing of HTTP: the bytes from `start` to `end`.
   *
   * @param bytes are only valid until the call returns
   * @param atNs when they were read
   */
  onBody(bytes: Buffer, atNs: number, start: number, end: number): void;
  /** The answer is whole, and the connection may be used again. */
  onEnd(): void;
  /** There is no more to come, and the connection is of no use. */
  onFailed(failure: TransportFailure): void;
}

export interface AnswerHead {
  readonly status: number;
  /** Of repeated headers the first. */
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  /** Where a redirect points. */
  readonly location?: string | undefined;
}

/** Why an answer did not come, or not to its end. */
export interface TransportFailure {
  /** Its `code` is that of the system call, of name resolution or of TLS, if there is one. */
  readonly error: Error;
  /** How the peer ended the connection, if it did: `FIN`, `ECONNRESET` or a TLS alert's code. */
  readonly peerClosed?: string | undefined;
  /** The peer sent something that is not HTTP. */
  readonly isMalformed: boolean;
  /** Nothing of the request was written, and another connection can send it. */
  readonly isUnsent?: true;
}
