import type { RequestRecord } from '@trace-replay/metrics';
import type { Readings } from '@trace-replay/metrics/internal';

import { OwnPromptBuilder, type WritePrompt } from './body/own-prompts.ts';
import { prepareRows } from './body/prepare.ts';
import { RowLedger } from './body/row-ledger.ts';
import { BodyBuilderThread, type Builder } from './body/start-body-builder.ts';
import { ReadinessError } from './errors/errors.ts';
import type { OnReplayEvent } from './events.ts';
import type { ReadyPlan } from './ready.ts';
import { followRows } from './scan/follow.ts';
import { countable } from './request/countable.ts';
import { startSelfCheck } from './self-check/self-check.ts';
import { LocalSender } from './sender/local-sender.ts';
import { SenderPool, type SenderPoolListener, type Senders } from './sender/pool.ts';
import { RecordQueue } from './sender/record-queue.ts';
import { createClock, nodeTimers, type ReplayClock, type Zero, zeroAt } from './time/clock.ts';

export interface StartOptions {
  readonly onEvent?: OnReplayEvent | undefined;
  /** Called with each record as its row ends, before it can be read. */
  readonly onRecord?: ((record: RequestRecord) => void) | undefined;
  /** Bytes of request bodies that may wait for their due time. */
  readonly windowBytes?: number | undefined;
  /** Writes the prompts, on the calling thread. */
  readonly writePrompt?: WritePrompt | undefined;
  /**
   * The time of the run. The calling thread then sends as well, and the run takes no readings of
   * itself, so its summary has no verdict.
   */
  readonly clock?: ReplayClock | undefined;
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
  /** Absent by a clock of the program. */
  readonly #selfCheck: ReturnType<typeof startSelfCheck> | undefined;
  readonly #senders: Senders;
  readonly #builder: Builder;
  readonly #stopping = new AbortController();
  #zero: Zero | undefined;
  #sending: Promise<Zero | undefined> | undefined;
  #isFinished = false;
  #failure: { readonly error: unknown } | undefined;
  #cancelDrain: (() => void) | undefined;
  #readings: Readings | undefined;

  constructor(ready: ReadyPlan, options: StartOptions) {
    this.id = ready.options.runId ?? `replay-${Date.now()}`;
    this.#ready = ready;
    this.#options = options;
    this.#ledger = this.#openLedger();
    const { clock, writePrompt } = options;
    if (!clock) this.#selfCheck = startSelfCheck(ready.schedule);
    this.#senders = this.#startSenders();
    this.#builder = writePrompt
      ? new OwnPromptBuilder(ready.build, writePrompt, this.#senders.ports)
      : new BodyBuilderThread(ready.build, this.#senders.ports);
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
    this.#cancelDrain?.();
    this.#cancelDrain = this.#after(drainMs, () => this.#senders.tell({ kind: 'abort' }));
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      this.#ledger.release();
      this.#senders.tell({ kind: 'stop' });
    }
    if (drainMs === 0) this.#senders.tell({ kind: 'abort' });
  }

  /** Nothing more is sent, and what is in flight ends at once. */
  abort(): void {
    this.stop(0);
  }

  /** The digest of the bodies sent so far. */
  bodies(): { readonly count: number; readonly bytes: number; readonly digest: string } {
    return this.#ledger.bodies.result();
  }

  /** What the run measured of itself; absent before its last record, and by another clock. */
  readings(): Readings | undefined {
    return this.#readings;
  }

  [Symbol.asyncIterator](): AsyncIterator<RequestRecord, undefined> {
    return this.#records;
  }

  #openLedger(): RowLedger {
    return new RowLedger({
      windowBytes: this.#options.windowBytes ?? WINDOW_BYTES,
      nowNs: () => (this.#zero ? this.#nowNs(this.#zero) : 0),
      onRecord: (record) => {
        const counted = countable(record);
        this.#options.onRecord?.(counted);
        this.#records.push(counted);
      },
    });
  }

  #startSenders(): Senders {
    const { sending, workers, options, transport } = this.#ready;
    const { clock, onEvent } = this.#options;
    const ledger = this.#ledger;
    const ofAll = { ...sending, maxConnections: options.maxConnections, runId: this.id };
    const listener: SenderPoolListener = {
      onDispatched(row) {
        ledger.dispatch(row);
        onEvent?.({ kind: 'request-dispatched', row });
      },
      onRecord: (record) => ledger.end(record),
      onDropped: (row) => ledger.drop(row),
      onDied: (sender, error) => {
        this.#fail(error);
        ledger.die(sender);
      },
    };
    // A function cannot cross to a thread.
    if (clock || (transport && transport.url === undefined)) {
      return new LocalSender(ofAll, listener, { clock, createTransport: transport?.create });
    }
    return new SenderPool(workers, { ...ofAll, transportUrl: transport?.url }, listener);
  }

  async #perform(): Promise<void> {
    await this.#prepare().catch((error: unknown) => this.#fail(error));
    if (!this.#stopping.signal.aborted) void this.#begin();
    await this.#ledger.settled();
    this.#isFinished = true;
    this.#cancelDrain?.();
    await Promise.all([this.#ready.source.close(), this.#builder.close(), this.#closeSenders()]);
    if (this.#failure) throw this.#failure.error;
  }

  #prepare(): Promise<void> {
    const { source, scan, schedule, options, sending } = this.#ready;
    return prepareRows({
      sessionHeader: options.sessionHeader,
      rows: followRows(source, scan, schedule, options),
      schedule,
      targets: sending.targets.length,
      senders: this.#senders.ports.length,
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
    const [canaryPort] = await Promise.all([
      this.#selfCheck?.canaryPort,
      this.#senders.hasStarted(),
    ]);
    signal.throwIfAborted();
    const zero = (await agreeOnZero?.(signal)) ?? this.#nextZero();
    if (signal.aborted) return undefined;
    this.#zero = zero;
    onEvent?.({ kind: 'started', zero, rows: this.#ready.schedule.ownCount });
    await this.#waitUntil(zero, -WATCHED_BEFORE_ZERO_MS * 1e6);
    if (this.#isFinished) return undefined;
    this.#selfCheck?.begin();
    this.#senders.tell({ kind: 'start', zero, canaryPort });
    return zero;
  }

  /** At the time of the option `startAt`, or as soon as possible. */
  #nextZero(): Zero {
    const { clock } = this.#options;
    const { startAt } = this.#ready.options;
    const nowMs = clock?.unixMs() ?? Date.now();
    const aheadMs = startAt === undefined ? LEAD_MS : Date.parse(startAt) - nowMs;
    if (aheadMs < 0) {
      throw new ReadinessError(
        `Cannot start at "${startAt}": it passed ${-aheadMs / 1000} s ago, expected a time ahead` +
          '\n  Choose a later "startAt"; the model and the first bodies have to be ready by then.',
      );
    }
    const unixMs = nowMs + aheadMs;
    if (!clock) return zeroAt(unixMs);
    return { monotonicNs: BigInt(Math.round(clock.nowNs() + aheadMs * 1e6)), unixMs };
  }

  #nowNs(zero: Zero): number {
    const { clock } = this.#options;
    return clock ? clock.nowNs() - Number(zero.monotonicNs) : createClock(zero).nowNs();
  }

  #after(delayMs: number, call: () => void): () => void {
    return (this.#options.clock ?? nodeTimers).after(delayMs, call);
  }

  /** Waits for an instant, or until the run is stopped. */
  async #waitUntil(zero: Zero, atNs: number): Promise<void> {
    const { signal } = this.#stopping;
    const waitMs = (atNs - this.#nowNs(zero)) / 1e6;
    if (waitMs <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#after(Math.min(waitMs, LONGEST_WAIT_MS), () => {
        signal.removeEventListener('abort', end);
        resolve();
      });
      const end = () => {
        cancel();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Nothing more is sent; what is in flight may finish. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  async #closeSenders(): Promise<void> {
    const loops = await this.#senders.close();
    this.#readings = await this.#selfCheck?.stop(loops);
  }
}
