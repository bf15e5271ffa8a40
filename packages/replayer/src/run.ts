import type { RequestRecord } from '@trace-replay/metrics';

import { createClock, type Zero, zeroIn } from './clock.ts';
import type { OnReplayEvent } from './events.ts';
import { createPause } from './pause.ts';
import type { PreparedRequest } from './perform-request.ts';
import { createPreparation } from './prepare.ts';
import type { ReadyPlan } from './ready.ts';
import { recordNotSent } from './record-outcome.ts';
import { RecordQueue } from './record-queue.ts';
import { followRows } from './trace/follow.ts';
import { createSender, type Sender } from './workers/sender.ts';
import { startBodyBuilder } from './workers/start-body-builder.ts';

export interface RunOptions {
  readonly onEvent?: OnReplayEvent | undefined;
  /** Bytes of request bodies that may wait for their due time. */
  readonly windowBytes?: number;
}

/** A replay that goes on. Iterating it gives the record of every row, as rows end. */
export interface Run extends AsyncIterable<RequestRecord> {
  /** Nothing more is sent; what is in flight may finish within `drainMs`. */
  stop(drainMs: number): void;
  /** Nothing more is sent, and what is in flight ends at once. */
  abort(): void;
  /** When the first row was due; absent before the first body was ready. */
  readonly zero: Zero | undefined;
  /** The digest of the bodies sent so far. */
  bodies(): { readonly count: number; readonly bytes: number; readonly digest: string };
}

const WINDOW_BYTES = 32 * 1024 * 1024;
/**
 * How far ahead of their due times bodies are prepared, as far as the window allows: far enough for
 * any burst, and no further, because preparing takes a core from whoever shares the machine.
 */
const AHEAD_NS = 5e9;
/** From the moment at which the first bodies are ready to the first due time. */
const LEAD_MS = 20;

/** Sends every selected row at its due time and yields a record for each. */
export function startRun(
  ready: ReadyPlan,
  { onEvent = () => undefined, windowBytes = WINDOW_BYTES }: RunOptions = {},
): Run {
  const { options, schedule, targets } = ready;
  const queue = new RecordQueue<RequestRecord>();
  let waiting: PreparedRequest[] = [];
  let sender: Sender | undefined;
  let zero: Zero | undefined;
  let unsettled = 0;
  let isPrepared = false;
  let failure: { readonly error: unknown } | undefined;
  let stopped = false;
  let finished = false;
  let drainTimer: NodeJS.Timeout | undefined;

  const builder = startBodyBuilder(ready.build);
  const pause = createPause();
  const preparation = createPreparation(
    {
      rows: followRows(ready.source, ready.scan, schedule, { blockSize: options.blockSize }),
      schedule,
      build: (row) => builder.build(row),
      async pace(dueNs) {
        if (dueNs <= AHEAD_NS) return;
        const clock = createClock(begin());
        await pause.wait((dueNs - AHEAD_NS - clock.nowNs()) / 1e6);
      },
      targets: targets.length,
      windowBytes,
    },
    {
      onPrepared(request) {
        unsettled++;
        if (sender) sender.offer(request);
        else {
          waiting.push(request);
          if (preparation.isFull) begin();
        }
      },
      onSkipped: (row) => queue.push(recordNotSent(row)),
    },
  );

  /** Sets the zero and starts the sending, once. */
  function begin(): Zero {
    if (zero) return zero;
    zero = zeroIn(LEAD_MS);
    sender = createSender(
      {
        zero,
        targets,
        path: ready.path,
        deadlines: ready.deadlines,
        exactLength: options.outputLength === 'exact',
        runId: options.runId ?? `replay-${Math.round(zero.unixMs)}`,
        ...(options.maxConnections !== undefined && { maxConnections: options.maxConnections }),
      },
      {
        onDispatched(row) {
          preparation.sent(row);
          onEvent({ kind: 'request-dispatched', row });
        },
        onRecord(record) {
          queue.push(record);
          settle();
        },
        onDropped(row) {
          preparation.dropped(row);
          settle();
        },
      },
    );
    onEvent({ kind: 'started', zero, rows: schedule.count });
    for (const request of waiting) sender.offer(request);
    waiting = [];
    return zero;
  }

  function settle(): void {
    unsettled--;
    finish();
  }

  function finish(): void {
    if (finished || !isPrepared || unsettled > 0) return;
    finished = true;
    clearTimeout(drainTimer);
    sender?.close();
    void Promise.all([ready.source.close(), builder.close()]).finally(() => queue.end(failure));
  }

  function stop(drainMs: number): void {
    if (finished) return;
    clearTimeout(drainTimer);
    // Before the rest, which may be the end of the run and then takes the timer away.
    drainTimer = setTimeout(() => sender?.abort(), drainMs);
    if (!stopped) {
      stopped = true;
      preparation.stop();
      pause.end();
      for (const { row } of waiting) {
        preparation.dropped(row);
        unsettled--;
      }
      waiting = [];
      sender?.stop();
    }
    if (drainMs === 0) sender?.abort();
  }

  preparation
    .run()
    .catch((error: unknown) => {
      // The trace cannot be followed: nothing more is sent, what is in flight may finish.
      failure = { error };
      stop(options.drainSeconds * 1000);
    })
    .finally(() => {
      isPrepared = true;
      if (!stopped) begin();
      finish();
    });

  return {
    stop,
    abort: () => stop(0),
    get zero() {
      return zero;
    },
    bodies: () => preparation.bodies.result(),
    [Symbol.asyncIterator]: () => queue,
  };
}
