import type { RequestRecord } from '@trace-replay/metrics';

import { createConnections, type Connections } from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import { createClock, nodeTimers, type Zero } from '../clock.ts';
import { createDispatcher, type Due } from '../dispatch.ts';
import { type PreparedRequest, performRequest } from '../perform-request.ts';
import { connectionOptions, type Target } from '../target.ts';

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
  readonly target: number;
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

/** How long before its due time a request is announced, so that a socket is there for it. */
const AHEAD_NS = 500e6;

/** Wires dispatch, client, stream and record for one shard of the rows. */
export function createSender(options: SenderOptions, listener: SenderListener): Sender {
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
  const inFlight = new Map<number, () => void>();

  function send(request: PreparedRequest): void {
    const { row } = request;
    const target = targets[request.target];
    const connections = pools[request.target];
    if (!target || !connections) throw new RangeError(`No target ${request.target} for row ${row}`);
    let ended = false;
    const abort = performRequest(
      request,
      (record) => {
        ended = true;
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
    if (!ended) inFlight.set(row, abort);
    listener.onDispatched(row);
  }

  const dispatcher = createDispatcher(send, { clock, timers });
  const announcer = createDispatcher<Announcement>(({ target }) => pools[target]?.expect(), {
    clock,
    timers,
    spinNs: 0,
  });
  return {
    offer(request) {
      announcer.offer({ dueNs: request.dueNs - AHEAD_NS, target: request.target });
      dispatcher.offer(request);
    },
    stop() {
      announcer.clear();
      for (const { row } of dispatcher.clear()) listener.onDropped(row);
    },
    abort() {
      for (const abort of [...inFlight.values()]) abort();
    },
    close() {
      for (const pool of pools) pool.destroy();
    },
  };
}
