import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';

import { type buildConnector, Client, type Dispatcher } from 'undici';

import type { Clock } from '../time/clock.ts';
import { HeldBody } from './held-body.ts';
import type {
  AnswerHead,
  ConnectionListener,
  Destination,
  ExchangeListener,
  PreparedWrite,
  Transport,
  TransportConnection,
  TransportFailure,
  TransportRequest,
} from './transport.ts';

type Connected = Parameters<buildConnector.Callback>;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A socket on its way, or there and not yet asked for by undici. */
interface Opening {
  readonly socket: Socket;
  outcome?: Connected;
  /** undici, waiting for the outcome. */
  callback?: buildConnector.Callback;
}

/** Servers close idle sockets after 5 s (uvicorn) without a hint; we do so before them. */
const KEEP_ALIVE_MS = 4000;

/** HTTP/1.1 by undici, through its public Dispatcher API alone: see docs/decisions/0002. */
export function createUndiciTransport(destination: Destination, clock: Clock): Transport {
  const dial = createDial(destination);
  return {
    connect: (listener) => new UndiciConnection(destination.origin, dial, listener, clock),
  };
}

/** What makes a socket to the destination. */
function createDial({ origin, tls, address }: Destination): () => Socket {
  const { hostname, protocol, port } = new URL(origin);
  const name = hostname.replace(/^\[|\]$/g, '');
  const isTls = protocol === 'https:';
  const options = {
    // Resolved once, before the start: getaddrinfo has four threads for all connections.
    host: address?.address ?? name,
    port: Number(port) || (isTls ? 443 : 80),
    autoSelectFamily: false,
  };
  if (!isTls) return () => connectTcp(options);
  const { insecure = false, ...pem } = tls ?? {};
  const secure = {
    ...options,
    // An address is no name that a certificate is chosen by.
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: ['http/1.1'],
    secureContext: createSecureContext(pem),
    rejectUnauthorized: !insecure,
  };
  return () => connectTls(secure);
}

/**
 * One undici client with one socket at a time: a pool would hide which socket served a request,
 * whether it was new, and when it was connected.
 */
class UndiciConnection implements TransportConnection {
  readonly #client: Client;
  readonly #dial: () => Socket;
  readonly #listener: ConnectionListener;
  readonly #clock: Clock;
  #opening: Opening | undefined;
  #socket: Socket | undefined;
  /** How the peer ended the present socket, which undici only calls "closed". */
  #peerClosed: string | undefined;
  #isClosed = false;

  constructor(origin: string, dial: () => Socket, listener: ConnectionListener, clock: Clock) {
    this.#dial = dial;
    this.#listener = listener;
    this.#clock = clock;
    this.#client = new Client(origin, {
      pipelining: 1,
      // Our own deadlines are exact; undici's have a grain of half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      allowH2: false,
      connect: (_options, callback) => this.#handOver(callback),
    });
  }

  get clock(): Clock {
    return this.#clock;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  open(): void {
    if (this.#opening) return;
    this.#peerClosed = undefined;
    this.#listener.onConnecting(this.#clock.nowNs());
    const socket = this.#dial().setNoDelay(true).setKeepAlive(true, 60_000);
    const opening: Opening = { socket };
    this.#opening = opening;
    const settle = (...outcome: Connected) => {
      if (opening.outcome) return;
      opening.outcome = outcome;
      if (outcome[1]) this.#adopt(socket);
      if (opening.callback) this.#give(opening.callback, outcome);
    };
    socket
      .once('encrypted' in socket ? 'secureConnect' : 'connect', () => settle(null, socket))
      .on('error', (error) => settle(error, null))
      .once('close', () => this.#onSocketClosed(opening));
  }

  prepare(request: TransportRequest, listener: ExchangeListener): PreparedWrite {
    const { body, ...head } = request;
    const handler = new Handler(this, listener);
    if (!body) {
      return {
        write: () => {
          listener.onWrite(this.#clock.nowNs());
          this.#client.dispatch(head, handler);
        },
      };
    }
    const held = new HeldBody(body, {
      onWrite: () => listener.onWrite(this.#clock.nowNs()),
      onWritten: () => this.#onWritten(listener),
    });
    // undici cannot tell the length of a body that it has not got.
    const headers = { ...head.headers, 'content-length': String(body.byteLength) };
    // The declared type leaves out the iterables, which undici's documentation names.
    this.#client.dispatch({ ...head, headers, body: held as unknown as Buffer }, handler);
    return { write: () => held.release() };
  }

  close(): void {
    this.#isClosed = true;
    this.#opening?.socket.destroy();
    this.#client.destroy().catch(() => undefined);
  }

  /** What `error`, of a request that ran here, says of the peer. */
  failureOf(error: Error): TransportFailure {
    const peerClosed = this.#peerClosed;
    return { error, peerClosed, isMalformed: isMalformed(error, peerClosed) };
  }

  /** The body is with the socket; the kernel may not have all of it yet. */
  #onWritten(listener: ExchangeListener): void {
    const socket = this.#socket;
    if (!socket) return;
    const flushed = () => {
      if (!this.#isClosed) listener.onFlushed(this.#clock.nowNs());
    };
    if (socket.writableLength === 0) flushed();
    // An empty write is called back when all that was written before it has gone.
    else socket.write('', (error) => error ?? flushed());
  }

  /** undici wants a socket, because it has a request and none to write it to. */
  #handOver(callback: buildConnector.Callback): void {
    if (this.#opening?.outcome && this.#opening.socket.destroyed) this.#opening = undefined;
    this.open();
    const opening = this.#opening;
    if (!opening) return;
    const { outcome } = opening;
    // Not from within the call that asks: undici looks at its socket again only in a later one.
    if (outcome) queueMicrotask(() => this.#give(callback, outcome));
    else opening.callback = callback;
  }

  #give(callback: buildConnector.Callback, outcome: Connected): void {
    this.#opening = undefined;
    callback(...outcome);
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    this.#listener.onConnected(this.#clock.nowNs());
    // A TLS alert comes before the end that it causes, and is what the end means.
    socket.on('end', () => (this.#peerClosed ??= 'FIN'));
    socket.on('error', ({ code, syscall }: NodeJS.ErrnoException) => {
      if (code === undefined || this.#peerClosed?.startsWith('ERR_SSL_') === true) return;
      // undici destroys a socket with errors of its own; the peer's come from a system call or TLS.
      if (syscall !== undefined || code.startsWith('ERR_SSL_')) this.#peerClosed = code;
    });
  }

  #onSocketClosed(opening: Opening): void {
    this.#socket = undefined;
    // Whoever waits for this socket learns of it by the connector; nobody does if it was idle.
    if (this.#opening === opening && !opening.callback) this.#opening = undefined;
    if (!this.#isClosed) this.#listener.onClosed();
  }
}

/** One request as undici sees it. */
class Handler implements Dispatcher.DispatchHandler {
  // What every token asks for comes first: with hundreds of streams the object is cold by then.
  readonly #listener: ExchangeListener;
  readonly #connection: UndiciConnection;
  readonly #clock: Clock;

  constructor(connection: UndiciConnection, listener: ExchangeListener) {
    this.#listener = listener;
    this.#connection = connection;
    this.#clock = connection.clock;
  }

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
  ): void {
    // 103 and the like announce the answer; they are not it.
    if (status < 200 || this.#connection.isClosed) return;
    const head: AnswerHead = {
      status,
      contentType: first(headers['content-type']),
      contentEncoding: first(headers['content-encoding']),
    };
    this.#listener.onHead(head, this.#clock.nowNs());
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    const atNs = this.#clock.nowNs();
    if (!this.#connection.isClosed) this.#listener.onBody(bytes, atNs);
  }

  onResponseEnd(): void {
    if (!this.#connection.isClosed) this.#listener.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#connection.isClosed) return;
    this.#listener.onFailed(this.#connection.failureOf(error));
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

/** undici reports a cut stream and a broken protocol alike: the second leaves the peer open. */
function isMalformed(error: Error, peerClosed: string | undefined): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return true;
  const isOfProtocol = error.name === 'HTTPParserError' || code === 'UND_ERR_SOCKET';
  return isOfProtocol && peerClosed === undefined;
}
