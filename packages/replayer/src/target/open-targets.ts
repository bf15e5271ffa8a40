import { type Connections, createConnections } from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import type { ExchangeOptions } from '../client/exchange.ts';
import type { PerformOptions } from '../request/perform-request.ts';
import type { Target } from './target.ts';

/** How every request of a run is sent: plain values that can cross to a thread. */
export interface Sending {
  readonly targets: readonly Target[];
  /** Below a target's base path, such as `/v1/chat/completions`. */
  readonly path: string;
  readonly deadlines: Deadlines;
  /** Whether the server has to make exactly the output tokens asked for. */
  readonly exactLength: boolean;
}

export interface OpenOptions extends Pick<ExchangeOptions, 'clock' | 'timers'> {
  /** Most sockets open at once, for each target; without limit when absent. */
  readonly maxConnections?: number | undefined;
}

/** The targets with their sockets, on one thread. */
export interface OpenTargets {
  readonly connections: readonly Connections[];
  /**
   * @param target index into the list of targets
   * @throws {RangeError} if there is no such target
   */
  optionsFor(target: number, requestId: string): PerformOptions;
  /** Closes every socket. */
  close(): void;
}

export function openTargets(
  { targets, path, deadlines, exactLength }: Sending,
  { maxConnections, ...time }: OpenOptions,
): OpenTargets {
  const all = targets.map(({ origin, tls, address }) =>
    createConnections(origin, { tls, address, clock: time.clock, maxConnections }),
  );
  return {
    connections: all,
    optionsFor(index, requestId) {
      const target = targets[index];
      const connections = all[index];
      if (!target || !connections) throw new RangeError(`No target ${index} for "${requestId}"`);
      return {
        connections,
        path: `${target.basePath}${path}`,
        headers: { ...target.headers, 'x-request-id': requestId },
        exactLength,
        deadlines,
        ...time,
      };
    },
    close() {
      for (const connections of all) connections.destroy();
    },
  };
}
