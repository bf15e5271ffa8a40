import type { ConnectionListener, Transport, TransportConnection } from './transport.ts';

/** Who wants to know how connecting goes, while a request needs the connection. */
export type ConnectObserver = Omit<ConnectionListener, 'onClosed'>;

/** A connection of the transport, with the facts that a request takes over from it. */
export class Connection implements ConnectionListener {
  readonly wire: TransportConnection;
  observer: ConnectObserver | undefined;
  /** When connecting the present socket began and ended; absent before. */
  connectStartedNs: number | undefined;
  connectedNs: number | undefined;
  /** The present socket has carried a request. */
  hasServed = false;
  /** Called when a socket is gone, whoever closed it. */
  onGone: (() => void) | undefined;

  constructor(transport: Transport) {
    this.wire = transport.connect(this);
  }

  /** Connected, as far as is known, and so without anything left to wait for. */
  get isReady(): boolean {
    return this.connectedNs !== undefined;
  }

  onConnecting(atNs: number): void {
    this.hasServed = false;
    this.connectStartedNs = atNs;
    this.connectedNs = undefined;
    this.observer?.onConnecting(atNs);
  }

  onConnected(atNs: number): void {
    this.connectedNs = atNs;
    this.observer?.onConnected(atNs);
  }

  onClosed(): void {
    this.connectedNs = undefined;
    this.onGone?.();
  }
}
