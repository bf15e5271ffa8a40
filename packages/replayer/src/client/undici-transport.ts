import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';

import { type buildConnector, Client, type Dispatcher } from 'undici';

import type { Clock } from '../time/clock.ts';
import { HeldBody } from './held-body.ts';
import type {
  ConnectionListener,
  Destination,
  ExchangeListener,
  PreparedWrite,
  Transport,
  TransportConnection,
  TransportRequest,
} from './transport.ts';
import { WholeChunks } from './whole-chunks.ts';

type Connected = Parameters<buildConnector.Callback>;
type Controller = Dispatcher.DispatchController;
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
const KEEP_ALIVE_PROBE_MS = 60_000;
const READ_BYTES = 64 * 1024;

/** HTTP/1.1 by undici, through its public Dispatcher API alone: see docs/decisions/0002. */
export function createUndiciTransport(destination: Destination, clock: Clock): Transport {
  const connect = createConnector(destination);
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const dial = () => {
    const chunks = new WholeChunks(clock, buffer);
    const socket = connect(chunks.onread).setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
    chunks.attach(socket);
    return { socket, chunks };
  };
  return {
    connect: (listener) => new UndiciConnection(destination.origin, dial, listener, clock),
  };
}

/** A socket that begins to connect, and its reader. */
type Dial = () => { readonly socket: Socket; readonly chunks: WholeChunks };

/** What makes a socket to the destination. */
function createConnector({ origin, tls, address }: Destination): (onread: OnReadOpts) => Socket {
  const { hostname, protocol, port } = new URL(origin);
  const name = hostname.replace(/^\[|\]$/g, '');
  const isTls = protocol === 'https:';
  const options = {
    // Resolved once, before the start: getaddrinfo has four threads for all connections.
    host: address?.address ?? name,
    port: Number(port) || (isTls ? 443 : 80),
    autoSelectFamily: false,
  };
  if (!isTls) return (onread) => connectTcp({ ...options, onread });
  const { insecure = false, servername = name, ...pem } = tls ?? {};
  const secure = {
    ...options,
    // An address is no name that a certificate is chosen by.
    ...(isIP(servername) === 0 && { servername }),
    ALPNProtocols: ['http/1.1'],
    secureContext: createSecureContext(pem),
    rejectUnauthorized: !insecure,
  };
  return (onread) => {
    // Documented as an option of every socket; the declared type of TLS leaves it out.
    const options = { ...secure, onread };
    return connectTls(options);
  };
}

/**
 * One undici client with one socket at a time: a pool would hide which socket served a request,
 * whether it was new, and when it was connected.
 */
class UndiciConnection implements TransportConnection {
  readonly #client: Client;
  readonly #dial: Dial;
  readonly #listener: ConnectionListener;
  readonly #clock: Clock;
  #opening: Opening | undefined;
  #socket: Socket | undefined;
  /** Reads the latest socket. */
  #chunks: WholeChunks | undefined;
  /** How the peer ended the present socket, which undici only calls "closed". */
  #peerClosed: string | undefined;
  #isClosed = false;
  /** A request was written, or will be as soon as there is a socket. */
  #isAnswerDue = false;
  /** Of the request that is prepared, and not written yet. */
  #unwritten: ExchangeListener | undefined;

  constructor(origin: string, dial: Dial, listener: ConnectionListener, clock: Clock) {
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

  open(): void {
    if (!this.#socket) this.#openNew();
  }

  #openNew(): Opening {
    this.#peerClosed = undefined;
    this.#listener.onConnecting(this.#clock.nowNs());
    const { socket, chunks } = this.#dial();
    const opening: Opening = { socket };
    this.#opening = opening;
    this.#socket = socket;
    this.#chunks = chunks;
    chunks.isAnswerDue = this.#isAnswerDue;
    chunks.onUnasked = () => this.#refuseAnswer();
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
    return opening;
  }

  prepare(request: TransportRequest, listener: ExchangeListener): PreparedWrite {
    const { body, ...head } = request;
    const handler = new Handler(this, listener);
    this.#unwritten = listener;
    if (!body) {
      return {
        write: () => {
          this.#onWrite(listener);
          this.#client.dispatch(head, handler);
        },
      };
    }
    const held = new HeldBody(body, {
      onWrite: () => this.#onWrite(listener),
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

  onHead(status: number, headers: Headers, listener: ExchangeListener): void {
    // 103 and the like announce the answer; they are not it.
    if (this.#isClosed || status < 200) return;
    const contentType = first(headers['content-type']);
    const contentEncoding = first(headers['content-encoding']);
    const location = first(headers.location);
    listener.onHead({ status, contentType, contentEncoding, location }, this.#readNs);
    if (headers['transfer-encoding'] === 'chunked') this.#chunks?.follow(listener);
  }

  onBody(bytes: Buffer, listener: ExchangeListener): void {
    if (!this.#isClosed) listener.onBody(bytes, this.#readNs, 0, bytes.length);
  }

  onEnd(listener: ExchangeListener): void {
    if (this.#isClosed) return;
    this.#chunks?.reset();
    this.#isAnswerDue = false;
    listener.onEnd();
  }

  onError(error: Error, listener: ExchangeListener): void {
    if (this.#isClosed) return;
    const peerClosed = this.#peerClosed;
    listener.onFailed({ error, peerClosed, isMalformed: isMalformed(error, peerClosed) });
  }

  /** When the read came that undici parses: it does so before the next one. */
  get #readNs(): number {
    return this.#chunks?.readNs ?? this.#clock.nowNs();
  }

  #onWrite(listener: ExchangeListener): void {
    this.#unwritten = undefined;
    this.#isAnswerDue = true;
    if (this.#chunks) this.#chunks.isAnswerDue = true;
    listener.onWrite(this.#clock.nowNs());
  }

  /** An answer came to nothing. Nothing was written, so another connection can do it. */
  #refuseAnswer(): void {
    const error = new Error('an answer came before its request was sent');
    this.#unwritten?.onFailed({ error, isMalformed: true, isUnsent: true });
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
    const ahead = this.#opening;
    const isUsable = ahead !== undefined && !(ahead.outcome && ahead.socket.destroyed);
    const opening = isUsable ? ahead : this.#openNew();
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
    if (this.#socket !== opening.socket) return;
    this.#socket = undefined;
    // Whoever waits for this socket learns of it by the connector; nobody does if it was idle.
    if (this.#opening === opening && !opening.callback) this.#opening = undefined;
    if (!this.#isClosed) this.#listener.onClosed();
  }
}

/** One request as undici sees it. */
class Handler implements Dispatcher.DispatchHandler {
  readonly #connection: UndiciConnection;
  readonly #listener: ExchangeListener;

  constructor(connection: UndiciConnection, listener: ExchangeListener) {
    this.#connection = connection;
    this.#listener = listener;
  }

  /** undici takes a handler without this one for one of the older form. */
  onRequestStart(): void {}

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#connection.onHead(status, headers, this.#listener);
  }

  onResponseData(_controller: Controller, bytes: Buffer): void {
    this.#connection.onBody(bytes, this.#listener);
  }

  onResponseEnd(): void {
    this.#connection.onEnd(this.#listener);
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#connection.onError(error, this.#listener);
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
