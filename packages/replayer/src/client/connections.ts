import type { Clock } from '../time/clock.ts';
import { Connection } from './connection.ts';
import type { CreateTransport, Destination } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

export interface ConnectionsOptions {
  readonly clock: Clock;
  /** undici by default. */
  readonly createTransport?: CreateTransport | undefined;
  /** Most sockets open at once; unbounded when absent. */
  readonly maxConnections?: number | undefined;
}

/** The sockets of one target. */
export type Connections = ReturnType<typeof createConnections>;

/** A socket that nobody came for is closed before the server does so. */
const UNUSED_MS = 4000;

/** The connection that became free last is taken first, so that the rest can idle and close. */
export function createConnections(
  destination: Destination,
  { clock, maxConnections = Infinity, createTransport = createUndiciTransport }: ConnectionsOptions,
) {
  const transport = createTransport(destination, clock);
  /** Opened ahead, or idle after a request. */
  const free: Connection[] = [];
  const all = new Set<Connection>();
  const waiting: ((connection: Connection) => void)[] = [];
  /** Requests that were announced and have not come. */
  let expected = 0;

  function create(): Connection {
    const connection = new Connection(transport);
    all.add(connection);
    // A free socket that closes is forgotten; a busy one is judged by its request.
    connection.onGone = () => {
      if (takeFree(connection)) drop(connection);
    };
    return connection;
  }

  function openAhead(): void {
    const connection = create();
    free.push(connection);
    connection.wire.open();
    const timer = setTimeout(() => {
      if (!connection.hasServed && takeFree(connection)) drop(connection);
    }, UNUSED_MS);
    timer.unref();
  }

  function takeFree(connection: Connection): boolean {
    const place = free.indexOf(connection);
    if (place < 0) return false;
    free.splice(place, 1);
    return true;
  }

  function drop(connection: Connection): void {
    all.delete(connection);
    connection.wire.close();
  }

  return {
    /** A request comes soon: opens a socket for it ahead of its due time, unless one is free. */
    expect(): void {
      expected++;
      if (free.length < expected && all.size < maxConnections) openAhead();
    },
    /** Calls back with a connection, now or when there is one; returns what ends the waiting. */
    acquire(use: (connection: Connection) => void): () => void {
      if (expected > 0) expected--;
      const connection = free.pop();
      if (connection) use(connection);
      else if (all.size < maxConnections) use(create());
      else waiting.push(use);
      return () => {
        const place = waiting.indexOf(use);
        if (place >= 0) waiting.splice(place, 1);
      };
    },
    /**
     * A free connection, for a request that is not quite due. None where sockets are limited: the
     * request that is due first has to be served first.
     */
    acquireReady(): Connection | undefined {
      if (maxConnections < Infinity) return undefined;
      const connection = free.findLast(({ isReady }) => isReady);
      if (!connection) return undefined;
      takeFree(connection);
      if (expected > 0) expected--;
      return connection;
    },
    /** Takes a connection back; `reusable` is false when its stream did not end cleanly. */
    release(connection: Connection, reusable: boolean): void {
      connection.observer = undefined;
      if (!reusable) drop(connection);
      const next = waiting.shift();
      if (next) next(reusable ? connection : create());
      else if (reusable) free.push(connection);
    },
    /** Ends every socket. */
    destroy(): void {
      waiting.length = 0;
      free.length = 0;
      for (const connection of all) connection.wire.close();
      all.clear();
    },
  };
}
