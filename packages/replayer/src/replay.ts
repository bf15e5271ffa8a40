import {
  Accumulator,
  parseObjectives,
  type RequestRecord,
  summarize,
  type Summary,
} from '@trace-replay/metrics';

import { conditionsOf } from './conditions.ts';
import type { OnReplayEvent } from './events.ts';
import type { ReplayOptions } from './options.ts';
import { planReplay } from './plan.ts';
import { makeReady, type ReadyOptions } from './ready.ts';
import { type Run, startRun } from './run.ts';
import { DEFAULT_GOODPUT } from './summarize.ts';

export interface ReplayListening {
  /** Aborting ends the replay: rows in flight become `aborted_inflight`, the rest `not_sent`. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnReplayEvent | undefined;
}

export type LibraryOptions = ReplayOptions & {
  /** Objectives of a good request, as `metric:limit` pairs in ms; the recipe's if absent. */
  readonly goodput?: string | undefined;
};

/**
 * Replays a trace: reads and checks it, waits for the model, sends every row at its due time
 * whatever the server does, and yields the record of each row as it ends. Writes no file.
 */
export function replay(options: LibraryOptions, listening: ReplayListening = {}): Replay {
  return new Replay(options, listening);
}

/**
 * A replay that has begun. Iterating it gives the record of each row as it ends, once; leaving the
 * loop early aborts the replay.
 *
 * Iteration and `summary` reject alike with what keeps the replay from starting (`OptionsError`,
 * `TraceError`, `ReadinessError`, or the signal's reason), and after the last record with a
 * `TraceError` if the trace changed meanwhile.
 */
export class Replay implements AsyncIterable<RequestRecord> {
  readonly #waiting = new AbortController();
  readonly #started: ReturnType<typeof start>;
  readonly #summary: Promise<Summary>;
  #run: Run | undefined;
  #isRead = false;
  #isStopped = false;

  constructor(options: LibraryOptions, { signal, onEvent }: ReplayListening) {
    const abort = () => {
      this.#waiting.abort(signal?.reason);
      this.abort();
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.#started = start(options, { signal: this.#waiting.signal, onEvent });
    this.#summary = this.#summarize();
    // Who iterates or asks for the summary gets the error.
    this.#summary.catch(() => undefined).finally(() => signal?.removeEventListener('abort', abort));
  }

  /**
   * Nothing more is sent; what is in flight may finish.
   *
   * @param drainMs longest wait for that, ms; `drainSeconds` of the options if absent
   */
  stop(drainMs?: number): void {
    this.#isStopped = true;
    this.#waiting.abort();
    this.#run?.stop(drainMs);
  }

  /** Nothing more is sent, and what is in flight ends at once. */
  abort(): void {
    this.stop(0);
  }

  /**
   * Resolves with the summary of all records when the last row has ended, whoever reads them.
   * Without a loop it takes the records itself.
   */
  async summary(): Promise<Summary> {
    await this.#started;
    // A loop that began together with this call has the records.
    if (!this.#isRead) for await (const _record of this);
    return this.#summary;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RequestRecord, void, undefined> {
    this.#isRead = true;
    const { run } = await this.#started;
    let isLeft = true;
    try {
      yield* run;
      isLeft = false;
    } finally {
      // Nothing goes on behind the caller's back.
      if (isLeft) this.abort();
    }
  }

  async #summarize(): Promise<Summary> {
    const { ready, run, accumulator, beganMs } = await this.#started;
    this.#run = run;
    if (this.#isStopped) run.abort();
    await run.ended;
    const { shard } = ready.options;
    const identity = {
      id: run.id,
      started_at: new Date(run.zero?.unixMs ?? beganMs).toISOString(),
      ended_at: new Date().toISOString(),
      ...(shard && { shard: { ...shard, rows: ready.schedule.ownCount } }),
    };
    return summarize(accumulator, {
      status: this.#isStopped ? 'stopped' : 'completed',
      run: identity,
      conditions: conditionsOf(ready),
      totalRows: ready.schedule.ownCount,
      bodies: run.bodies(),
      readings: run.readings(),
      zeroUnixMs: run.zero?.unixMs,
    });
  }
}

async function start(
  { goodput = DEFAULT_GOODPUT, ...options }: LibraryOptions,
  listening: ReadyOptions,
) {
  const beganMs = Date.now();
  const accumulator = new Accumulator({ objectives: parseObjectives(goodput) });
  const plan = await planReplay(options);
  try {
    listening.signal?.throwIfAborted();
    const ready = await makeReady(plan, listening);
    const onRecord = (record: RequestRecord) => accumulator.add(record);
    const run = startRun(ready, { onEvent: listening.onEvent, onRecord });
    return { ready, run, accumulator, beganMs };
  } catch (error) {
    await plan.source.close();
    throw error;
  }
}
