import type { RequestRecord } from '@trace-replay/metrics';
import type { Readings } from '@trace-replay/metrics/internal';

import { createClock, type Zero, zeroAt } from './time/clock.ts';
import type { OnReplayEvent } from './events.ts';
import { createPause } from './time/pause.ts';
import { createPreparation, type UnbuiltRequest } from './body/prepare.ts';
import type { ReadyPlan } from './ready.ts';
import { recordLost, recordNotSent } from './request/record-outcome.ts';
import { RecordQueue } from './sender/record-queue.ts';
import { startSelfCheck } from './self-check/self-check.ts';
import { followRows } from './scan/follow.ts';
import { startSenderPool } from './sender/pool.ts';
import { startBodyBuilder } from './body/start-body-builder.ts';

export interface RunOptions {
  readonly onEvent?: OnReplayEvent | undefined;
  /** Bytes of request bodies that may wait for their due time. */
  readonly windowBytes?: number;
  /**
   * Asked once, when senders and first bodies are ready: when is the first selected row due? As
   * soon as possible unless it tells. If it rejects, nothing is sent and the run fails with its
   * error. It must not go on when `signal` aborts: then nothing will be sent.
   */
  readonly agreeOnZero?: ((signal: AbortSignal) => Promise<Zero | undefined>) | undefined;
}

/** A replay that goes on. Iterating it gives the record of every row, as rows end. */
export interface Run extends AsyncIterable<RequestRecord> {
  /** Nothing more is sent; what is in flight may finish within `drainMs`. */
  stop(drainMs: number): void;
  /** Nothing more is sent, and what is in flight ends at once. */
  abort(): void;
  /** When the first row was due; absent until that is set: nothing was sent. */
  readonly zero: Zero | undefined;
  /** The digest of the bodies sent so far. */
  bodies(): { readonly count: number; readonly bytes: number; readonly digest: string };
  /** What the run measured of itself; absent before its last record. */
  readings(): Readings | undefined;
}

const WINDOW_BYTES = 32 * 1024 * 1024;
/**
 * How far ahead of their due times bodies are prepared, as far as the window allows: far enough for
 * any burst, and no further, because preparing takes a core from whoever shares the machine.
 */
const AHEAD_NS = 5e9;
/** From the moment at which all is ready to the first due time: time to connect. */
const LEAD_MS = 200;
/**
 * A zero may lie hours ahead. What the run measures of itself is not to be
 * thinned by the wait for it.
 */
const WATCHED_BEFORE_ZERO_MS = 2000;

/** A row whose body was asked for and that has no record yet. */
interface Unsettled {
  readonly request: UnbuiltRequest;
  readonly sender: number;
  isDispatched: boolean;
}

/** Sends every selected row at its due time and yields a record for each. */
export function startRun(
  ready: ReadyPlan,
  { onEvent = () => undefined, windowBytes = WINDOW_BYTES, agreeOnZero }: RunOptions = {},
): Run {
  const { options, schedule, targets } = ready;
  const queue = new RecordQueue<RequestRecord>();
  const unsettled = new Map<number, Unsettled>();
  const dead = new Set<number>();
  let zero: Zero | undefined;
  let beginning: Promise<Zero | undefined> | undefined;
  let isPrepared = false;
  let failure: { readonly error: unknown } | undefined;
  let stopped = false;
  let finished = false;
  let drainTimer: NodeJS.Timeout | undefined;
  let readings: Readings | undefined;

  const selfCheck = startSelfCheck(schedule);
  const pool = startSenderPool(
    ready.workers,
    {
      targets,
      path: ready.path,
      deadlines: ready.deadlines,
      exactLength: options.outputLength === 'exact',
      runId: options.runId ?? `replay-${Date.now()}`,
      ...(options.maxConnections !== undefined && { maxConnections: options.maxConnections }),
    },
    {
      onDispatched(row) {
        const found = unsettled.get(row);
        if (found) found.isDispatched = true;
        preparation.sent(row);
        onEvent({ kind: 'request-dispatched', row });
      },
      onRecord: settle,
      onDropped(row) {
        preparation.dropped(row);
        const found = unsettled.get(row);
        if (found) settle(recordNotSent(found.request));
      },
      onDied(sender, error) {
        dead.add(sender);
        fail(error);
        for (const row of [...unsettled.values()]) if (row.sender === sender) giveUp(row);
      },
    },
  );
  const builder = startBodyBuilder(ready.build, pool.ports);
  const pause = createPause();
  const agreeing = new AbortController();
  // Rows due together go to different senders.
  const senderOf = (row: number) =>
    Math.floor((row - schedule.firstRow) / schedule.shard.count) % pool.count;
  const preparation = createPreparation(
    {
      rows: followRows(ready.source, ready.scan, schedule, { blockSize: options.blockSize }),
      schedule,
      build: (row, request) => builder.build({ row, request, sender: senderOf(row.index) }),
      async pace(dueNs) {
        if (dueNs <= AHEAD_NS) return;
        const set = await begin();
        if (set) await pause.wait((dueNs - AHEAD_NS - createClock(set).nowNs()) / 1e6);
      },
      targets: targets.length,
      windowBytes,
    },
    {
      onAsked(request) {
        unsettled.set(request.row, { request, sender: senderOf(request.row), isDispatched: false });
      },
      onPrepared({ row }) {
        if (preparation.isFull) void begin();
        const found = unsettled.get(row);
        if (found && dead.has(found.sender)) giveUp(found);
      },
      onUnbuilt(request) {
        if (unsettled.get(request.row)?.isDispatched === false) settle(recordNotSent(request));
      },
      onSkipped: (request) => queue.push(recordNotSent(request)),
    },
  );

  /**
   * Sets the zero and starts the sending, once the senders are ready for it.
   *
   * @returns nothing when the run was stopped before, or there will be no zero
   */
  function begin(): Promise<Zero | undefined> {
    beginning ??= startSending().catch((error: unknown) => {
      if (!stopped) fail(error);
      return undefined;
    });
    return beginning;
  }

  async function startSending(): Promise<Zero | undefined> {
    const [canaryPort] = await Promise.all([selfCheck.canaryPort, pool.ready]);
    agreeing.signal.throwIfAborted();
    const set = (await agreeOnZero?.(agreeing.signal)) ?? zeroAt(Date.now() + LEAD_MS);
    if (stopped) return undefined;
    zero = set;
    onEvent({ kind: 'started', zero: set, rows: schedule.ownCount });
    await pause.wait(-createClock(set).nowNs() / 1e6 - WATCHED_BEFORE_ZERO_MS);
    if (finished) return undefined;
    selfCheck.begin();
    pool.start(set, canaryPort);
    return set;
  }

  /** Its thread is dead: nobody else will say what became of the row. */
  function giveUp({ request, isDispatched }: Unsettled): void {
    preparation.dropped(request.row);
    if (isDispatched && zero) settle(recordLost(request, createClock(zero).nowNs()));
    else settle(recordNotSent(request));
  }

  function settle(record: RequestRecord): void {
    if (!unsettled.delete(record.row)) return;
    queue.push(record);
    finish();
  }

  function finish(): void {
    if (finished || !isPrepared || unsettled.size > 0) return;
    finished = true;
    clearTimeout(drainTimer);
    void Promise.all([ready.source.close(), builder.close(), closeAndCheck()]).finally(() =>
      queue.end(failure),
    );
  }

  async function closeAndCheck(): Promise<void> {
    readings = await selfCheck.stop(await pool.close());
  }

  function fail(error: unknown): void {
    failure ??= { error };
    stop(options.drainSeconds * 1000);
  }

  function stop(drainMs: number): void {
    if (finished) return;
    clearTimeout(drainTimer);
    // Before the rest, which may be the end of the run and then takes the timer away.
    drainTimer = setTimeout(() => pool.abort(), drainMs);
    if (!stopped) {
      stopped = true;
      preparation.stop();
      pause.end();
      agreeing.abort();
      pool.stop();
    }
    if (drainMs === 0) pool.abort();
  }

  preparation
    .run()
    // No more bodies: nothing more is sent, what is in flight may finish.
    .catch(fail)
    .finally(() => {
      isPrepared = true;
      if (!stopped) void begin();
      finish();
    });

  return {
    stop,
    abort: () => stop(0),
    get zero() {
      return zero;
    },
    bodies: () => preparation.bodies.result(),
    readings: () => readings,
    [Symbol.asyncIterator]: () => queue,
  };
}
