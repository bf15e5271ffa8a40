import type { RequestRecord } from '@trace-replay/metrics';

import type { OnReplayEvent } from './events.ts';
import type { ReplayOptions } from './options.ts';
import { planReplay } from './plan.ts';
import { makeReady } from './ready.ts';
import { startRun } from './run.ts';

export interface ReplayListening {
  /** Aborting ends the replay: rows in flight become `aborted_inflight`, the rest `not_sent`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: OnReplayEvent;
}

/**
 * Replays a trace: reads and checks it, waits for the model, sends every row at its due time
 * whatever the server does, and yields the record of each row as it ends. Writes no file.
 *
 * @throws {OptionsError | TraceError | ReadinessError} before anything is sent
 * @throws {TraceError} after the last record, if the trace changed while it was replayed
 */
export async function* replay(
  options: ReplayOptions,
  { signal, onEvent }: ReplayListening = {},
): AsyncGenerator<RequestRecord, void, undefined> {
  const plan = await planReplay(options);
  let run: ReturnType<typeof startRun>;
  try {
    signal?.throwIfAborted();
    run = startRun(await makeReady(plan, { signal, onEvent }), { onEvent });
  } catch (error) {
    await plan.source.close();
    throw error;
  }
  const abort = () => run.abort();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    yield* run;
  } finally {
    // Also when the caller leaves the loop early: nothing goes on behind its back.
    run.abort();
    signal?.removeEventListener('abort', abort);
  }
}
