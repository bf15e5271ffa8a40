import type { RequestRecord } from '@trace-replay/metrics';

import type { Exchange } from '../client/exchange.ts';
import type { CreateTransport } from '../client/transport.ts';
import { prepareRequest } from '../request/perform-request.ts';
import type { PreparedRequest } from '../request/request.ts';
import { createDispatcher, type Due } from '../schedule/dispatch.ts';
import { OpenTargets, type Sending } from '../target/open-targets.ts';
import type { SenderTime } from '../time/clock.ts';
import type { StampWaits } from '../time/stamp-waits.ts';

/** What every sender of a run shares, as plain values that can cross to a thread. */
export interface SenderOptions extends Sending {
  /** Most sockets open at once, for each target. */
  readonly maxConnections?: number | undefined;
  /** URL of the module that exports `createTransport`; undici is used if absent. */
  readonly transportUrl?: string | undefined;
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

/** The loop that sends and reads: prepared requests in, records out. */
export type Sender = ReturnType<typeof createSender>;

/** A request some time before its due time. */
type Ahead = Due & { readonly request: PreparedRequest };

/** From a request's announcement, which opens a socket and makes all ready, to its due time. */
const AHEAD_NS = 500e6;
/** How long before its due time a request takes its socket: a burst of 28 needs 5 ms for that. */
const ARM_NS = 10e6;

/** Wires dispatch, client, stream and record for one shard of the rows. */
export function createSender(
  options: SenderOptions,
  listener: SenderListener,
  { clock, timers, dueTimers, waits }: SenderTime & { readonly waits?: StampWaits | undefined },
  createTransport?: CreateTransport,
) {
  const { maxConnections, runId } = options;
  const targets = new OpenTargets(options, {
    clock,
    timers,
    waits,
    maxConnections,
    createTransport,
  });
  /** Prepared ahead of their due time, by row. */
  const prepared = new Map<number, Exchange>();
  const inFlight = new Map<number, Exchange>();

  function prepare(request: PreparedRequest): Exchange {
    const { row, target, headers } = request;
    const onRecord = (record: RequestRecord) => {
      inFlight.delete(row);
      listener.onRecord(record);
    };
    return prepareRequest(
      request,
      onRecord,
      targets.optionsFor(target, `${runId}-${row}`, headers),
    );
  }

  function announce({ request }: Ahead): void {
    targets.connections[request.target]?.expect();
    prepared.set(request.row, prepare(request));
  }

  function send(request: PreparedRequest): void {
    const { row } = request;
    const exchange = prepared.get(row) ?? prepare(request);
    prepared.delete(row);
    inFlight.set(row, exchange);
    exchange.start();
    listener.onDispatched(row);
  }

  const dispatcher = createDispatcher(send, { clock, timers: dueTimers });
  const announcer = createDispatcher(announce, { clock, timers, spinNs: 0 });
  const armer = createDispatcher(({ request }: Ahead) => prepared.get(request.row)?.arm(), {
    clock,
    timers,
    spinNs: 0,
  });
  return {
    /** Hands over the next request, in due order. */
    offer(request: PreparedRequest): void {
      announcer.offer({ dueNs: request.dueNs - AHEAD_NS, request });
      armer.offer({ dueNs: request.dueNs - ARM_NS, request });
      dispatcher.offer(request);
    },
    /** Nothing more is dispatched; what is in flight goes on. */
    stop(): void {
      announcer.clear();
      armer.clear();
      for (const exchange of prepared.values()) exchange.cancel();
      prepared.clear();
      for (const { row } of dispatcher.clear()) listener.onDropped(row);
    },
    /** Ends everything in flight at once. */
    abort(): void {
      for (const exchange of [...inFlight.values()]) exchange.abort();
    },
    /** Closes every socket. */
    close: (): void => targets.close(),
  };
}
