import {
  type Connections,
  type ConnectionsOptions,
  createConnections,
} from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import type { ExchangeOptions } from '../client/exchange.ts';
import type { PerformOptions } from '../request/perform-request.ts';
import { createRedactor, type Redact } from '../errors/redact.ts';
import { requestPath, type Target } from './target.ts';

/** How every request of a run is sent: plain values that can cross to a thread. */
export interface Sending {
  readonly targets: readonly Target[];
  /** Below a target's base path, such as `/v1/chat/completions`. */
  readonly path: string;
  readonly deadlines: Deadlines;
  /** Whether the server has to make exactly the output tokens asked for. */
  readonly exactLength: boolean;
  /** Whether the server is known to send the first token in an event of its own. */
  readonly isFirstAlone?: boolean | undefined;
}

/** The ceiling on sockets is one for each target. */
type OpenOptions = Pick<ExchangeOptions, 'clock' | 'timers' | 'waits'> &
  Pick<ConnectionsOptions, 'maxConnections' | 'createTransport'>;

/** The targets of a run with their sockets, on one thread. */
export class OpenTargets {
  readonly connections: readonly Connections[];
  readonly #sending: Sending;
  readonly #options: OpenOptions;
  readonly #redactors: readonly Redact[];

  constructor(sending: Sending, options: OpenOptions) {
    const { clock, maxConnections, createTransport } = options;
    this.#sending = sending;
    this.#options = options;
    this.#redactors = sending.targets.map(({ secrets = [] }) => createRedactor(secrets));
    this.connections = sending.targets.map((target) =>
      createConnections(target, { clock, maxConnections, createTransport }),
    );
  }

  /**
   * @param index into the list of targets
   * @param headers of this request alone
   * @throws {RangeError} if there is no such target
   */
  optionsFor(
    index: number,
    requestId: string,
    headers?: Readonly<Record<string, string>>,
  ): PerformOptions {
    const { targets, path, deadlines, exactLength, isFirstAlone } = this.#sending;
    const target = targets[index];
    const connections = this.connections[index];
    if (!target || !connections) throw new RangeError(`No target ${index} for "${requestId}"`);
    return {
      connections,
      path: requestPath(target, path),
      headers: { ...target.headers, ...headers, 'x-request-id': requestId },
      exactLength,
      redact: this.#redactors[index],
      isFirstAlone,
      deadlines,
      clock: this.#options.clock,
      timers: this.#options.timers,
      waits: this.#options.waits,
    };
  }

  close(): void {
    for (const connections of this.connections) connections.destroy();
  }
}
