import type { Socket } from 'node:net';

import { buildConnector, Client } from 'undici';

import type { Clock } from '../clock.ts';

/** TLS settings of a target, PEM texts. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Accept any certificate. Recorded in the run's conditions. */
  readonly insecure?: boolean;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly tls?: TlsOptions;
  /** Address that the host name was resolved to before the start. */
  readonly address?: { readonly address: string; readonly family: 4 | 6 };
}

/** Who wants to know what happens to the socket while a request uses it. */
export interface SocketObserver {
  onConnectStarted(atNs: number): void;
  onConnected(atNs: number): void;
  onPeerClosed(code: string): void;
}

/** Servers close idle sockets after 5 s (uvicorn) without a hint; we do so before them. */
const KEEP_ALIVE_MS = 4000;

/**
 * One undici client that holds one socket at a time, so that it is known which socket served a
 * request, whether it was new, and when its bytes came. An undici pool hides all three, and searches its clients one by
 * one for a free one.
 */
export class Connection {
  readonly client: Client;
  observer: SocketObserver | undefined;
  socket: Socket | undefined;
  /** When the read began that is being handled now, in nanoseconds since the run's zero. */
  readAtNs = 0;

  readonly #clock: Clock;
  #connecting: Socket | undefined;

  constructor(origin: string, { clock, tls = {}, address }: ConnectionOptions) {
    this.#clock = clock;
    const { insecure = false, ...pem } = tls;
    const connect = buildConnector({
      timeout: 0,
      autoSelectFamily: false,
      rejectUnauthorized: !insecure,
      ...pem,
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
      connect: (options, callback) => {
        this.observer?.onConnectStarted(clock.nowNs());
        // The declared type gives back nothing; the connector gives back the socket, which a
        // deadline has to destroy while the connection is not yet there.
        this.#connecting = connect(options, (...outcome) => {
          this.#connecting = undefined;
          if (outcome[1]) this.#adopt(outcome[1]);
          callback(...outcome);
        }) as unknown as Socket;
      },
    });
  }

  /** Ends the socket and whatever runs on it. */
  destroy(): void {
    this.observer = undefined;
    this.#connecting?.destroy();
    this.client.destroy().catch(() => undefined);
  }

  #adopt(socket: Socket): void {
    this.socket = socket;
    this.observer?.onConnected(this.#clock.nowNs());
    // These listeners stand before undici's own, which are added after this call: the stamp comes
    // before the parsing, one for each read.
    socket.on('readable', () => {
      this.readAtNs = this.#clock.nowNs();
    });
    socket.on('end', () => this.observer?.onPeerClosed('FIN'));
    socket.on('error', ({ code, syscall }: NodeJS.ErrnoException) => {
      // undici destroys a socket with errors of its own; the peer's come from a system call.
      if (code !== undefined && syscall !== undefined) this.observer?.onPeerClosed(code);
    });
    socket.once('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
  }
}
