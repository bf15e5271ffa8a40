import { BodyDigest } from './body-digest.ts';
import type { PreparedRequest } from '../request/perform-request.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TraceRow } from '../trace/row.ts';
import { Window } from './window.ts';
import type { BuiltMessage } from './messages.ts';

export interface PrepareOptions {
  /** The selected rows, in order. */
  readonly rows: AsyncIterable<readonly TraceRow[]>;
  readonly schedule: Schedule;
  /** Has a row's body built and handed to whoever sends it. */
  readonly build: (row: TraceRow, request: UnbuiltRequest) => Promise<BuiltMessage>;
  /** Resolves when it is time to prepare a row that is due then. */
  readonly pace: (dueNs: number) => Promise<void>;
  /** Number of targets, which take turns. */
  readonly targets: number;
  /** Bytes of bodies that may wait for their due time. */
  readonly windowBytes: number;
}

export type UnbuiltRequest = Omit<PreparedRequest, 'body'>;

export interface PrepareListener {
  /** Its body is asked for; from now on it may be sent at any time. */
  onAsked(request: UnbuiltRequest): void;
  onPrepared(request: UnbuiltRequest): void;
  /** Its body was asked for and could not be built. */
  onUnbuilt(request: UnbuiltRequest): void;
  /** The row will not be sent, since preparing was stopped. */
  onSkipped(request: UnbuiltRequest): void;
}

/** Keeps bodies a bounded distance ahead of their due time. */
export interface Preparation {
  /**
   * Reads all rows. Resolves after the last one; rejects when the trace cannot be followed, or
   * after the last one if a body could not be built.
   */
  run(): Promise<void>;
  /** From now on rows are skipped, not prepared. */
  stop(): void;
  /** The request was dispatched: its body counts as sent. */
  sent(row: number): void;
  /** The request was dropped before it was dispatched. */
  dropped(row: number): void;
  readonly bodies: BodyDigest;
  /** As many bodies are prepared as the window holds. */
  readonly isFull: boolean;
}

/** A body that was asked for and is not settled. Its sender may be faster than its builder. */
interface Outstanding {
  built?: BuiltMessage;
  fate?: 'sent' | 'dropped';
}

export function createPreparation(
  { rows, schedule, build, pace, targets, windowBytes }: PrepareOptions,
  listener: PrepareListener,
): Preparation {
  const window = new Window(windowBytes);
  const bodies = new BodyDigest();
  const outstanding = new Map<number, Outstanding>();
  let stopped = false;
  let failure: { readonly error: unknown } | undefined;

  function settle(row: number, fate: 'sent' | 'dropped'): void {
    const found = outstanding.get(row);
    if (!found) return;
    found.fate = fate;
    if (!found.built) return;
    outstanding.delete(row);
    window.give(found.built.bytes);
    if (fate === 'sent') bodies.add(found.built.digest, found.built.bytes);
  }

  async function prepare(row: TraceRow): Promise<void> {
    const request: UnbuiltRequest = {
      row: row.index,
      dueNs: schedule.dueNs[row.index - schedule.firstRow] ?? 0,
      inputTokens: row.inputLength,
      outputTokens: row.outputLength,
      target: row.index % targets,
    };
    if (!stopped) await window.room();
    if (!stopped) await pace(request.dueNs);
    if (stopped) {
      listener.onSkipped(request);
      return;
    }
    const body: Outstanding = {};
    outstanding.set(row.index, body);
    listener.onAsked(request);
    let built: BuiltMessage;
    try {
      built = await build(row, request);
    } catch (error) {
      // Who builds is gone: neither this row nor one after it will have a body.
      failure = { error };
      stopped = true;
      outstanding.delete(row.index);
      listener.onUnbuilt(request);
      return;
    }
    body.built = built;
    window.take(built.bytes);
    if (body.fate) settle(row.index, body.fate);
    listener.onPrepared(request);
  }

  return {
    bodies,
    get isFull() {
      return window.isFull;
    },
    async run() {
      for await (const batch of rows) {
        for (const row of batch) await prepare(row);
      }
      if (failure) throw failure.error;
    },
    stop() {
      stopped = true;
      window.release();
    },
    sent: (row) => settle(row, 'sent'),
    dropped: (row) => settle(row, 'dropped'),
  };
}
