import {
  Accumulator,
  parseObjectives,
  type RequestRecord,
  summarize,
  type Summary,
} from '@trace-replay/metrics';

import type { WritePrompt } from './body/own-prompts.ts';
import { conditionsOf } from './conditions.ts';
import type { ReplayOptions } from './options.ts';
import { type Plan, planReplay } from './plan.ts';
import { makeReady, type ReadyOptions, type ReadyPlan } from './ready.ts';
import { type Run, startRun } from './run.ts';
import { RecordQueue } from './sender/record-queue.ts';
import { skipRows } from './skip-rows.ts';
import { DEFAULT_GOODPUT } from './summarize.ts';
import type { ReplayClock } from './time/clock.ts';
import type { GivenRows } from './trace/source.ts';

/** What to replay and how: the options of the command line. */
export type LibraryOptions = Omit<ReplayOptions, 'trace'> & {
  /**
   * File of the trace, or rows of a program's own. The rows are taken at once, before the first is
   * sent; after an abort no more are, and the replay accounts for those taken.
   */
  readonly trace: string | GivenRows;
  /** Objectives of a good request, as `metric:limit` pairs in ms; the recipe's if absent. */
  readonly goodput?: string | undefined;
};

/** What a program takes part with. */
export interface ReplayParts extends ReadyOptions {
  /** Writes the prompt of each row; the rule of the option `prompt` does if absent. */
  readonly writePrompt?: WritePrompt | undefined;
  /** The time of the replay; the machine's if absent. See `StartOptions`. */
  readonly clock?: ReplayClock | undefined;
}

/**
 * Replays a trace: reads and checks it, waits for the model, sends every row at its due time
 * whatever the server does, and yields the record of each row as it ends. Writes no file. Several
 * replays of a process share nothing but its cores.
 */
export function replay(options: LibraryOptions, parts: ReplayParts = {}): Replay {
  return new Replay(options, parts);
}

type Parts = ReplayParts & { readonly signal: AbortSignal };

/**
 * A replay that has begun. Iterating it gives the record of each row as it ends, once; leaving the
 * loop early aborts the replay.
 *
 * However it is stopped, and however early, every row has a record: one that was never sent is
 * `not_sent`. Of a trace that was not read to its end these are the rows read. Iteration and
 * `summary` reject alike with what keeps the replay from starting (`OptionsError`, `TraceError`,
 * `ReadinessError`), and after the last record with a `TraceError` if the trace changed meanwhile.
 */
export class Replay implements AsyncIterable<RequestRecord> {
  readonly #stopping = new AbortController();
  readonly #started: Promise<Started>;
  readonly #summary: Promise<Summary>;
  #run: Run | undefined;
  #isRead = false;

  constructor(options: LibraryOptions, { signal, ...parts }: ReplayParts) {
    const abort = () => this.abort();
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.#started = start(options, { ...parts, signal: this.#stopping.signal });
    this.#summary = this.#summarize();
    // Who iterates or asks for the summary gets the error.
    this.#summary.catch(() => undefined).finally(() => signal?.removeEventListener('abort', abort));
  }

  /**
   * Nothing more is sent; what is in flight may finish. While the trace is read, the replay ends
   * with the rows read until then.
   *
   * @param drainMs longest wait for that, ms; `drainSeconds` of the options if absent
   */
  stop(drainMs?: number): void {
    this.#stopping.abort();
    this.#run?.stop(drainMs);
  }

  /** Nothing more is sent, and what is in flight ends at once. */
  abort(): void {
    this.stop(0);
  }

  /**
   * Resolves with the summary of all records when the last row has ended, whoever reads them.
   * Without a loop it takes the records itself. Its status is `stopped` after `stop` or `abort`.
   */
  async summary(): Promise<Summary> {
    await this.#started;
    // A loop that began together with this call has the records.
    if (!this.#isRead) for await (const _record of this);
    return this.#summary;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RequestRecord, void, undefined> {
    this.#isRead = true;
    const { records } = await this.#started;
    let isLeft = true;
    try {
      yield* records;
      isLeft = false;
    } finally {
      // Nothing goes on behind the caller's back.
      if (isLeft) this.abort();
    }
  }

  async #summarize(): Promise<Summary> {
    const { plan, run, ended, accumulator, beganMs, promptAlgorithm } = await this.#started;
    const { signal } = this.#stopping;
    this.#run = run;
    if (signal.aborted) run?.abort();
    const bodies = await ended;
    const { shard, runId } = plan.options;
    const id = run?.id ?? runId;
    const identity = {
      ...(id !== undefined && { id }),
      started_at: new Date(run?.zero?.unixMs ?? beganMs).toISOString(),
      ended_at: new Date().toISOString(),
      ...(shard && { shard: { ...shard, rows: plan.schedule.ownCount } }),
    };
    return summarize(accumulator, {
      status: signal.aborted ? 'stopped' : 'completed',
      run: identity,
      conditions: conditionsOf(plan, promptAlgorithm),
      totalRows: plan.schedule.ownCount,
      bodies,
      readings: run?.readings(),
      zeroUnixMs: run?.zero?.unixMs,
    });
  }
}

interface Started {
  readonly plan: Plan | ReadyPlan;
  /** Absent if the replay was stopped before it. */
  readonly run?: Run;
  readonly records: AsyncIterable<RequestRecord>;
  /** Resolves with the digest of the bodies when the last row has ended. */
  readonly ended: Promise<ReturnType<Run['bodies']>>;
  readonly accumulator: Accumulator;
  readonly beganMs: number;
  /** Absent for our own. */
  readonly promptAlgorithm?: string | undefined;
}

async function start(
  { goodput = DEFAULT_GOODPUT, trace, ...options }: LibraryOptions,
  parts: Parts,
): Promise<Started> {
  const { signal, onEvent, writePrompt, clock } = parts;
  const beganMs = Date.now();
  const accumulator = new Accumulator({ objectives: parseObjectives(goodput) });
  const plan = await (typeof trace === 'string'
    ? planReplay({ ...options, trace }, { signal })
    : planReplay({ ...options, trace: '(rows)' }, { rows: trace, signal }));
  const onRecord = (record: RequestRecord) => accumulator.add(record);
  const ready = await readyUnlessStopped(plan, parts);
  const promptAlgorithm = writePrompt && 'own';
  if (ready) {
    const run = startRun(ready, { onEvent, onRecord, writePrompt, clock });
    const ended = run.ended.then(() => run.bodies());
    return { plan: ready, run, records: run, ended, accumulator, beganMs, promptAlgorithm };
  }
  const records = new RecordQueue<RequestRecord>();
  const ended = skipRows(plan, (record) => {
    onRecord(record);
    records.push(record);
  });
  ended.then(
    () => records.end(),
    (error: unknown) => records.end({ error }),
  );
  return { plan, records, ended, accumulator, beganMs, promptAlgorithm };
}

/** @returns nothing if the signal came first: the rest of getting ready is not waited for then */
async function readyUnlessStopped(plan: Plan, parts: Parts): Promise<ReadyPlan | undefined> {
  const { signal } = parts;
  if (signal.aborted) return undefined;
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    const ready = await Promise.race([makeReady(plan, parts), stopped]);
    return signal.aborted ? undefined : ready;
  } catch (error) {
    await plan.source.close();
    throw error;
  }
}
