import { BodyDigest } from './body-digest.ts';
import type { PreparedRequest } from './perform-request.ts';
import type { Schedule } from './schedule.ts';
import type { TraceRow } from './trace/row.ts';
import { Window } from './window.ts';
import type { BuiltBody } from './workers/body-builder.ts';

export interface PrepareOptions {
  /** The selected rows, in order. */
  readonly rows: AsyncIterable<readonly TraceRow[]>;
  readonly schedule: Schedule;
  /** Row → body; several may be asked for at once, and come in order. */
  readonly build: (row: TraceRow) => Promise<BuiltBody>;
  /** Resolves when it is time to prepare a row that is due then. */
  readonly pace: (dueNs: number) => Promise<void>;
  /** Number of targets, which take turns. */
  readonly targets: number;
  /** Bytes of bodies that may wait for their due time. */
  readonly windowBytes: number;
}

export interface PrepareListener {
  onPrepared(request: PreparedRequest): void;
  /** The row will not be sent, since preparing was stopped. */
  onSkipped(row: SkippedRow): void;
}

export type SkippedRow = Omit<PreparedRequest, 'body' | 'target'>;

/** Keeps bodies a bounded distance ahead of their due time. */
export interface Preparation {
  /** Reads all rows. Resolves after the last one, rejects when the trace cannot be followed. */
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

interface Outstanding {
  readonly skipped: SkippedRow;
  readonly digest: Uint8Array;
  readonly bytes: number;
}

export function createPreparation(
  { rows, schedule, build, pace, targets, windowBytes }: PrepareOptions,
  listener: PrepareListener,
): Preparation {
  const window = new Window(windowBytes);
  const bodies = new BodyDigest();
  const outstanding = new Map<number, Outstanding>();
  let stopped = false;

  function take(row: number): Outstanding | undefined {
    const found = outstanding.get(row);
    outstanding.delete(row);
    if (found) window.give(found.bytes);
    return found;
  }

  async function prepare(row: TraceRow): Promise<void> {
    const place = row.index - schedule.firstRow;
    const skipped: SkippedRow = {
      row: row.index,
      dueNs: schedule.dueNs[place] ?? 0,
      inputTokens: row.inputLength,
      outputTokens: row.outputLength,
    };
    if (!stopped) await window.room();
    if (!stopped) await pace(skipped.dueNs);
    if (!stopped) {
      const { body, digest } = await build(row);
      // The run may have been stopped while the body was built.
      if (!stopped) {
        const bytes = body.byteLength;
        outstanding.set(row.index, { skipped, digest, bytes });
        window.take(bytes);
        listener.onPrepared({ ...skipped, target: row.index % targets, body });
        return;
      }
    }
    listener.onSkipped(skipped);
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
    },
    stop() {
      stopped = true;
      window.release();
    },
    sent(row) {
      const found = take(row);
      if (found) bodies.add(found.digest, found.bytes);
    },
    dropped(row) {
      const found = take(row);
      if (found) listener.onSkipped(found.skipped);
    },
  };
}
