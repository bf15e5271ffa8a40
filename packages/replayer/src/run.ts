import { setTimeout as delay } from 'node:timers/promises';

import type { RequestRecord } from '@trace-replay/metrics';
import type { Readings } from '@trace-replay/metrics/internal';

import { prepareRows } from './body/prepare.ts';
import { RowLedger } from './body/row-ledger.ts';
import { BodyBuilderThread } from './body/start-body-builder.ts';
import type { OnReplayEvent } from './events.ts';
import type { ReadyPlan } from './ready.ts';
import { followRows } from './scan/follow.ts';
import { startSelfCheck } from './self-check/self-check.ts';
import { SenderPool } from './sender/pool.ts';
import { RecordQueue } from './sender/record-queue.ts';
import { createClock, type Zero, zeroAt } from './time/clock.ts';

export interface StartOptions {
  readonly onEvent?: OnReplayEvent | undefined;
  /** Called with each record as its row ends, before it can be read. */
  readonly onRecord?: ((record: RequestRecord) => void) | undefined;
  /** Bytes of request bodies that may wait for their due time. */
  readonly windowBytes?: number | undefined;
  /**
   * Called once, when senders and first bodies are ready: when is the first selected row due? As
   * soon as possible if it gives nothing. If it rejects, nothing is sent and the run fails with its
   * error. It must not go on when `signal` aborts: then nothing will be sent.
   */
  readonly agreeOnZero?: ((signal: AbortSignal) => Promise<Zero | undefined>) | undefined;
}

const WINDOW_BYTES = 32 * 1024 * 1024;
/** How far ahead of its due time a body is prepared: enough for any burst; it takes a core. */
const AHEAD_NS = 5e9;
/** From the moment at which all is ready to the first due time: time to connect. */
const LEAD_MS = 200;
/** The run measures itself from here on: a zero may lie hours ahead, and readings would thin. */
const WATCHED_BEFORE_ZERO_MS = 2000;
/** setTimeout takes 31 bits of milliseconds. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Sends every selected row at its due time and yields a record for each. */
export function startRun(ready: ReadyPlan, options: StartOptions = {}): Run {
  return new Run(ready, options);
}

/** A replay under way. Iterating it gives the record of every row, as rows end. */
export class Run implements AsyncIterable<RequestRecord> {
  /** As in the `x-request-id` of its requests. */
  readonly id: string;
  /** Resolves when the last row has ended and all is closed; rejects with what failed the run. */
  readonly ended: Promise<void>;
  readonly #ready: ReadyPlan;
  readonly #options: StartOptions;
  readonly #records = new RecordQueue<RequestRecord>();
  readonly #ledger: RowLedger;
  readonly #selfCheck: ReturnType<typeof startSelfCheck>;
  readonly #pool: SenderPool;
  readonly #builder: BodyBuilderThread;
  readonly #stopping = new AbortController();
  #zero: Zero | undefined;
  #sending: Promise<Zero | undefined> | undefined;
  #isFinished = false;
  #failure: { readonly error: unknown } | undefined;
  #drainTimer: NodeJS.Timeout | undefined;
  #readings: Readings | undefined;

  constructor(ready: ReadyPlan, options: StartOptions) {
    this.id = ready.options.runId ?? `replay-${Date.now()}`;
    this.#ready = ready;
    this.#options = options;
    this.#ledger = this.#openLedger();
    this.#selfCheck = startSelfCheck(ready.schedule);
    this.#pool = this.#startSenders();
    this.#builder = new BodyBuilderThread(ready.build, this.#pool.ports);
    this.ended = this.#perform();
    this.ended.then(
      () => this.#records.end(),
      (error: unknown) => this.#records.end({ error }),
    );
  }

  /** When the first row was due; absent until that is set: nothing was sent. */
  get zero(): Zero | undefined {
    return this.#zero;
  }

  /** Nothing more is sent; what is in flight may finish within `drainMs`, or `drainSeconds`. */
  stop(drainMs = this.#ready.options.drainSeconds * 1000): void {
    if (this.#isFinished) return;
    clearTimeout(this.#drainTimer);
    this.#drainTimer = setTimeout(() => this.#pool.tell({ kind: 'abort' }), drainMs);
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      this.#ledger.release();
      this.#pool.tell({ kind: 'stop' });
    }
    if (drainMs === 0) this.#pool.tell({ kind: 'abort' });
  }

  /** Nothing more is sent, and what is in flight ends at once. */
  abort(): void {
    this.stop(0);
  }

  /** The digest of the bodies sent so far. */
  bodies(): { readonly count: number; readonly bytes: number; readonly digest: string } {
    return this.#ledger.bodies.result();
  }

  /** What the run measured of itself; absent before its last record. */
  readings(): Readings | undefined {
    return this.#readings;
  }

  [Symbol.asyncIterator](): AsyncIterator<RequestRecord, undefined> {
    return this.#records;
  }

  #openLedger(): RowLedger {
    return new RowLedger({
      windowBytes: this.#options.windowBytes ?? WINDOW_BYTES,
      nowNs: () => (this.#zero ? createClock(this.#zero).nowNs() : 0),
      onRecord: (record) => {
        this.#options.onRecord?.(record);
        this.#records.push(record);
      },
    });
  }

  #startSenders(): SenderPool {
    const { sending, workers, options } = this.#ready;
    const { maxConnections } = options;
    const ledger = this.#ledger;
    return new SenderPool(
      workers,
      { ...sending, maxConnections, runId: this.id },
      {
        onDispatched: (row) => {
          ledger.dispatch(row);
          this.#options.onEvent?.({ kind: 'request-dispatched', row });
        },
        onRecord: (record) => ledger.end(record),
        onDropped: (row) => ledger.drop(row),
        onDied: (sender, error) => {
          this.#fail(error);
          ledger.die(sender);
        },
      },
    );
  }

  async #perform(): Promise<void> {
    await this.#prepare().catch((error: unknown) => this.#fail(error));
    if (!this.#stopping.signal.aborted) void this.#begin();
    await this.#ledger.settled();
    this.#isFinished = true;
    clearTimeout(this.#drainTimer);
    await Promise.all([this.#ready.source.close(), this.#builder.close(), this.#closeSenders()]);
    if (this.#failure) throw this.#failure.error;
  }

  #prepare(): Promise<void> {
    const { source, scan, schedule, options, sending, workers } = this.#ready;
    return prepareRows({
      sessionHeader: options.sessionHeader,
      rows: followRows(source, scan, schedule, options),
      schedule,
      targets: sending.targets.length,
      senders: workers,
      ledger: this.#ledger,
      build: (message) => this.#builder.build(message),
      pace: (dueNs) => this.#pace(dueNs),
      signal: this.#stopping.signal,
    });
  }

  /** Waits for room in the window, and until the row is not too far ahead. */
  async #pace(dueNs: number): Promise<void> {
    // A full window is emptied by sending only.
    if (this.#ledger.isFull) void this.#begin();
    await this.#ledger.room();
    if (dueNs <= AHEAD_NS || this.#stopping.signal.aborted) return;
    const zero = await this.#begin();
    if (zero) await this.#waitUntil(zero, dueNs - AHEAD_NS);
  }

  /**
   * Sets the zero and starts the sending, once the senders have started.
   *
   * @returns nothing if the run was stopped before, or there will be no zero
   */
  #begin(): Promise<Zero | undefined> {
    this.#sending ??= this.#startSending().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#fail(error);
      return undefined;
    });
    return this.#sending;
  }

  async #startSending(): Promise<Zero | undefined> {
    const { signal } = this.#stopping;
    const { agreeOnZero, onEvent } = this.#options;
    const [canaryPort] = await Promise.all([this.#selfCheck.canaryPort, this.#pool.hasStarted()]);
    signal.throwIfAborted();
    const zero = (await agreeOnZero?.(signal)) ?? zeroAt(Date.now() + LEAD_MS);
    if (signal.aborted) return undefined;
    this.#zero = zero;
    onEvent?.({ kind: 'started', zero, rows: this.#ready.schedule.ownCount });
    await this.#waitUntil(zero, -WATCHED_BEFORE_ZERO_MS * 1e6);
    if (this.#isFinished) return undefined;
    this.#selfCheck.begin();
    this.#pool.tell({ kind: 'start', zero, canaryPort });
    return zero;
  }

  /** Waits for an instant, or until the run is stopped. */
  async #waitUntil(zero: Zero, atNs: number): Promise<void> {
    const { signal } = this.#stopping;
    const waitMs = (atNs - createClock(zero).nowNs()) / 1e6;
    if (waitMs <= 0) return;
    await delay(Math.min(waitMs, LONGEST_WAIT_MS), undefined, { signal }).catch(() => undefined);
  }

  /** Nothing more is sent; what is in flight may finish. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  async #closeSenders(): Promise<void> {
    this.#readings = await this.#selfCheck.stop(await this.#pool.close());
  }
}
