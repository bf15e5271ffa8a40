import { Connection, type ConnectionOptions } from './connection.ts';

export interface ConnectionsOptions extends ConnectionOptions {
  /** Most sockets open at once; unbounded when absent. */
  readonly maxConnections?: number;
}

/** The sockets of one target. */
export interface Connections {
  /**
   * Calls back with a connection: at once, or when another request gives one back.
   * Returns what ends the waiting.
   */
  acquire(use: (connection: Connection) => void): () => void;
  /** Takes a connection back; `reusable` is false when its stream did not end cleanly. */
  release(connection: Connection, reusable: boolean): void;
  /** Ends every socket. */
  destroy(): void;
}

/**
 * Keeps the idle connections of one target and opens new ones: the last one used is the first one
 * taken, so that the rest can go idle and close.
 */
export function createConnections(
  origin: string,
  { maxConnections = Infinity, ...options }: ConnectionsOptions,
): Connections {
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  const waiting: ((connection: Connection) => void)[] = [];

  function open(): Connection {
    const connection = new Connection(origin, options);
    all.add(connection);
    // A socket that the server closed while idle is forgotten; a busy one is judged by its request.
    connection.client.on('disconnect', () => {
      const place = idle.indexOf(connection);
      if (place >= 0) {
        idle.splice(place, 1);
        drop(connection);
      }
    });
    return connection;
  }

  function drop(connection: Connection): void {
    all.delete(connection);
    connection.destroy();
  }

  return {
    acquire(use) {
      const free = idle.pop();
      if (free) use(free);
      else if (all.size < maxConnections) use(open());
      else waiting.push(use);
      return () => {
        const place = waiting.indexOf(use);
        if (place >= 0) waiting.splice(place, 1);
      };
    },
    release(connection, reusable) {
      connection.observer = undefined;
      if (!reusable) drop(connection);
      const next = waiting.shift();
      if (next) next(reusable ? connection : open());
      else if (reusable) idle.push(connection);
    },
    destroy() {
      waiting.length = 0;
      idle.length = 0;
      for (const connection of all) connection.destroy();
      all.clear();
    },
  };
}
