import type { Socket } from 'node:net';

import { buildConnector, Client } from 'undici';

import type { Clock } from '../time/clock.ts';
import type { AnswerBody } from './answer-body.ts';
import { handOn, hasLeft, type ReadHandler, readWithoutBuffering, takeOver } from './reads.ts';

/** TLS settings of a target, PEM texts. */
export interface TlsOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Accept any certificate. Recorded in the run's conditions. */
  readonly insecure?: boolean | undefined;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly tls?: TlsOptions | undefined;
  /** Address that the host name was resolved to before the start. */
  readonly address?: { readonly address: string; readonly family: 4 | 6 };
}

/** Who wants to know what happens to the socket while a request uses it. */
export interface SocketObserver {
  onConnectStarted(atNs: number): void;
  onConnected(atNs: number): void;
  onPeerClosed(code: string): void;
  /** The bytes of a read are not needed any more when the call that brings them returns. */
  readonly isDoneWithReads: boolean;
}

type Connected = Parameters<buildConnector.Callback>;

/** A socket on its way, or there and not yet asked for by undici. */
interface Opening {
  outcome?: Connected;
  /** undici, waiting for the outcome. */
  callback?: buildConnector.Callback;
}

/** Servers close idle sockets after 5 s (uvicorn) without a hint; we do so before them. */
const KEEP_ALIVE_MS = 4000;

/**
 * One undici client with one socket at a time: a pool would hide which socket served a request,
 * whether it was new, and when its bytes came.
 */
export class Connection implements ReadHandler {
  // Hot fields come first: with hundreds of streams the object is cold when its next token comes.
  /** Of the answer under way, once its head has come. */
  answerBody: AnswerBody | undefined;
  readonly #clock: Clock;
  socket: Socket | undefined;
  observer: SocketObserver | undefined;
  /** The next read that undici gets begins with the head of the answer under way. */
  isHeadPlain = false;
  readonly client: Client;
  /** When connecting the present socket began and ended; absent before. */
  connectStartedNs: number | undefined;
  connectedNs: number | undefined;
  /** The present socket has carried a request. */
  hasServed = false;
  /** Code of the TLS error that ended the socket after its handshake; undici says "closed". */
  tlsAlert: string | undefined;
  /** Called when a socket is gone, whoever closed it. */
  onClosed: (() => void) | undefined;
  readonly #connect: buildConnector.connector;
  readonly #host: Omit<buildConnector.Options, 'httpSocket'>;
  #opening: Opening | undefined;
  #connecting: Socket | undefined;

  constructor(origin: string, { clock, tls = {}, address }: ConnectionOptions) {
    this.#clock = clock;
    const { insecure = false, ...pem } = tls;
    const { host, hostname, protocol, port } = new URL(origin);
    this.#host = { host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port };
    this.#connect = buildConnector({
      timeout: 0,
      autoSelectFamily: false,
      rejectUnauthorized: !insecure,
      ...pem,
      onread: readWithoutBuffering(this),
      // Resolved once, before the start: getaddrinfo has four threads for all connections.
      ...(address && {
        lookup: (_hostname, options, callback) => {
          if (options.all === true) callback(null, [address]);
          else callback(null, address.address, address.family);
        },
      }),
    });
    this.client = new Client(origin, {
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

  /** Connected, as far as is known, and so without anything left to wait for. */
  get isReady(): boolean {
    return this.socket !== undefined && this.connectedNs !== undefined;
  }

  /** Begins connecting, unless that has begun: ahead of a request, so that none waits for it. */
  open(): void {
    if (this.#opening) return;
    const opening: Opening = {};
    this.#opening = opening;
    this.hasServed = false;
    this.connectedNs = undefined;
    this.connectStartedNs = this.#clock.nowNs();
    this.observer?.onConnectStarted(this.connectStartedNs);
    // The declared type gives back nothing; the connector gives back the socket, which a deadline
    // has to destroy while the connection is not yet there.
    this.#connecting = this.#connect(this.#host, (...outcome) => {
      this.#connecting = undefined;
      const [, socket] = outcome;
      if (socket) this.#adopt(socket);
      if (opening.callback) this.#give(opening.callback, outcome);
      else opening.outcome = outcome;
    }) as unknown as Socket;
    this.#connecting.once('close', () => this.#onSocketClosed(opening));
  }

  onRead(bytes: Buffer): void {
    const atNs = this.#clock.nowNs();
    const taken = this.answerBody?.take(bytes, atNs) ?? 0;
    if (taken === bytes.length || !this.socket) return;
    const rest = taken === 0 ? bytes : bytes.subarray(taken);
    const { observer } = this;
    handOn(this.socket, observer?.isDoneWithReads === true ? rest : Buffer.from(rest), atNs);
    // Unless that was the end of an answer, and another request has the socket.
    if (this.observer === observer) this.isHeadPlain = false;
    this.answerBody?.follow(rest);
  }

  /** A request is about to use the socket. */
  begin(observer: SocketObserver): void {
    this.observer = observer;
    this.answerBody = undefined;
    this.isHeadPlain = !this.socket || !hasLeft(this.socket);
  }

  /** The request is over. */
  finish(): void {
    this.observer = undefined;
    this.answerBody = undefined;
  }

  /** Ends the socket and whatever runs on it. */
  destroy(): void {
    this.finish();
    this.onClosed = undefined;
    this.#connecting?.destroy();
    this.#opening?.outcome?.[1]?.destroy();
    this.client.destroy().catch(() => undefined);
  }

  /** undici wants a socket, because it has a request and none to write it to. */
  #handOver(callback: buildConnector.Callback): void {
    const outcome = this.#opening?.outcome;
    if (outcome?.[1]?.destroyed === true) this.#opening = undefined;
    this.open();
    const opening = this.#opening;
    if (opening?.outcome) {
      const ready = opening.outcome;
      // Not from within the call that asks: undici looks at its socket again only in a later one.
      queueMicrotask(() => this.#give(callback, ready));
    } else if (opening) opening.callback = callback;
  }

  #give(callback: buildConnector.Callback, outcome: Connected): void {
    this.#opening = undefined;
    callback(...outcome);
  }

  #adopt(socket: Socket): void {
    this.socket = socket;
    takeOver(socket);
    this.connectedNs = this.#clock.nowNs();
    this.observer?.onConnected(this.connectedNs);
    this.tlsAlert = undefined;
    // A TLS alert comes before the end that it causes, and is what the end means.
    socket.on('end', () => this.observer?.onPeerClosed(this.tlsAlert ?? 'FIN'));
    socket.on('error', ({ code, syscall }: NodeJS.ErrnoException) => {
      if (code?.startsWith('ERR_SSL_') === true) this.tlsAlert = code;
      // undici destroys a socket with errors of its own; the peer's come from a system call or TLS.
      else if (syscall === undefined) return;
      if (code !== undefined) this.observer?.onPeerClosed(this.tlsAlert ?? code);
    });
  }

  #onSocketClosed(opening: Opening): void {
    this.socket = undefined;
    // Whoever waits for this socket learns of it by the connector; nobody does if it was idle.
    if (this.#opening === opening && !opening.callback) this.#opening = undefined;
    this.onClosed?.();
  }
}
