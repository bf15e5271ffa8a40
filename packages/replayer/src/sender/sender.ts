import type { RequestRecord } from '@trace-replay/metrics';

import { createConnections, type Connections } from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import { createClock, nodeTimers, type Timers, type Zero } from '../time/clock.ts';
import { createDispatcher, type Due } from '../schedule/dispatch.ts';
import type { RunningExchange } from '../client/exchange.ts';
import { type PreparedRequest, prepareRequest } from '../request/perform-request.ts';
import { connectionOptions, type Target } from '../target/target.ts';

export interface SenderOptions {
  readonly zero: Zero;
  readonly targets: readonly Target[];
  /** Below a target's base path, such as `/v1/chat/completions`. */
  readonly path: string;
  readonly deadlines: Deadlines;
  /** Most sockets open at once, for each target. */
  readonly maxConnections?: number;
  readonly exactLength: boolean;
  /** Header `x-request-id` is this, a dash and the row. */
  readonly runId: string;
}

export interface SenderListener {
  /** The request was handed to the client; its body's memory is no longer ours to count. */
  onDispatched(row: number): void;
  onRecord(record: RequestRecord): void;
  /** The request will never be dispatched. */
  onDropped(row: number): void;
}

interface Announcement extends Due {
  readonly request: PreparedRequest;
}

/** The loop that sends and reads: prepared requests in, records out. */
export interface Sender {
  /** Hands over the next request, in due order. */
  offer(request: PreparedRequest): void;
  /** Nothing more is dispatched; what is in flight goes on. */
  stop(): void;
  /** Ends everything in flight at once. */
  abort(): void;
  /** Closes every socket. */
  close(): void;
}

/**
 * How long before its due time a request is announced: a socket is opened, and all is made ready.
 */
const AHEAD_NS = 500e6;
/** How long before its due time a request takes its socket: a burst of 28 needs 5 ms for that. */
const ARM_NS = 10e6;

/**
 * Wires dispatch, client, stream and record for one shard of the rows.
 *
 * @param dueTimers what due times are kept by; one wait at a time
 */
export function createSender(
  options: SenderOptions,
  listener: SenderListener,
  dueTimers: Timers = nodeTimers,
): Sender {
  const { targets, path, deadlines, maxConnections, exactLength, runId } = options;
  const clock = createClock(options.zero);
  const timers = nodeTimers;
  const pools: Connections[] = targets.map((target) =>
    createConnections(target.origin, {
      ...connectionOptions(target),
      clock,
      ...(maxConnections !== undefined && { maxConnections }),
    }),
  );
  /** Made ready ahead of their due time, by row. */
  const ready = new Map<number, RunningExchange>();
  const inFlight = new Map<number, RunningExchange>();

  function makeReady(request: PreparedRequest): RunningExchange {
    const { row } = request;
    const target = targets[request.target];
    const connections = pools[request.target];
    if (!target || !connections) throw new RangeError(`No target ${request.target} for row ${row}`);
    return prepareRequest(
      request,
      (record) => {
        inFlight.delete(row);
        listener.onRecord(record);
      },
      {
        connections,
        path: `${target.basePath}${path}`,
        headers: { ...target.headers, 'x-request-id': `${runId}-${row}` },
        exactLength,
        clock,
        timers,
        deadlines,
      },
    );
  }

  function announce({ request }: Announcement): void {
    pools[request.target]?.expect();
    ready.set(request.row, makeReady(request));
  }

  function arm({ request }: Announcement): void {
    ready.get(request.row)?.arm();
  }

  function send(request: PreparedRequest): void {
    const { row } = request;
    const exchange = ready.get(row) ?? makeReady(request);
    ready.delete(row);
    inFlight.set(row, exchange);
    exchange.start();
    listener.onDispatched(row);
  }

  const dispatcher = createDispatcher(send, { clock, timers: dueTimers });
  const announcer = createDispatcher(announce, { clock, timers, spinNs: 0 });
  const armer = createDispatcher(arm, { clock, timers, spinNs: 0 });
  return {
    offer(request) {
      announcer.offer({ dueNs: request.dueNs - AHEAD_NS, request });
      armer.offer({ dueNs: request.dueNs - ARM_NS, request });
      dispatcher.offer(request);
    },
    stop() {
      announcer.clear();
      armer.clear();
      for (const exchange of ready.values()) exchange.cancel();
      ready.clear();
      for (const { row } of dispatcher.clear()) listener.onDropped(row);
    },
    abort() {
      for (const exchange of [...inFlight.values()]) exchange.abort();
    },
    close() {
      for (const pool of pools) pool.destroy();
    },
  };
}
